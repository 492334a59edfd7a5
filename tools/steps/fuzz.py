# SPDX-License-Identifier: Apache-2.0
"""Each fuzz target of fuzz/ for a while, two at a time (see fuzz/README.md)."""
import concurrent.futures
import os
import re
import tempfile

from . import meson
from .result import FAILED, JOBS, PASSED, Result, run, tail

FOLDER = 'build-fuzz'
SECONDS = int(os.environ.get('FUZZ_SECONDS') or 30)
LIMITS = ['-timeout=10', '-rss_limit_mb=2048', '-max_len=65536']


def targets():
    wanted = os.environ.get('FUZZ_TARGETS', '').split()
    names = sorted(f[:-2] for f in os.listdir('fuzz') if f.endswith('.c')) if os.path.isdir('fuzz') else []
    return [n for n in names if not wanted or n in wanted]


def run_target(name):
    found = os.path.join(FOLDER, 'found', name)
    os.makedirs(found, exist_ok=True)
    seeds = [s for s in [f'fuzz/seeds/{name}'] if os.path.isdir(s)]
    words = [f'-dict={d}' for d in [f'fuzz/{name}.dict'] if os.path.exists(d)]
    with tempfile.TemporaryDirectory(prefix='gabion-fuzz-') as corpus:
        done = run([f'{FOLDER}/fuzz/{name}', f'-max_total_time={SECONDS}', *LIMITS, *words,
                    f'-artifact_prefix={found}/', '-print_final_stats=1', corpus, *seeds],
                   env={**os.environ, **meson.SANITIZERS})
    executed = re.search(r'number_of_executed_units: *(\d+)', done.stdout)
    good = done.returncode == 0 and executed and int(executed.group(1)) > 0
    if good:
        print(f'{name}: {executed.group(1)} inputs in {SECONDS} s', flush=True)
    return Result(f'fuzz {name}', PASSED if good else FAILED, '' if good else tail(done.stdout))


def run_all():
    names = targets()
    if not names:
        return []
    broken = meson.build(FOLDER, *(f'fuzz/{name}' for name in names))
    if broken:
        return [broken]
    with concurrent.futures.ThreadPoolExecutor(min(2, JOBS)) as pool:
        return list(pool.map(run_target, names))
