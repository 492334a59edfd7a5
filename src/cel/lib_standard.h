/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/cel.h"
#include "cel/function.h"

/* The functions behind the rows of the standard library that are no operators. */

cel_call cel_convert_same, cel_convert_type, cel_convert_bool, cel_convert_bytes, cel_convert_int;
cel_call cel_convert_uint, cel_convert_double, cel_convert_string;
cel_call cel_convert_duration, cel_convert_timestamp;

cel_call cel_get_full_year, cel_get_month, cel_get_date, cel_get_day_of_month;
cel_call cel_get_day_of_week, cel_get_day_of_year, cel_get_hours, cel_get_minutes;
cel_call cel_get_seconds, cel_get_milliseconds;
cel_call cel_duration_hours, cel_duration_minutes, cel_duration_seconds, cel_duration_milliseconds;
