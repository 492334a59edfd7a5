# SPDX-License-Identifier: Apache-2.0
"""The published schemas are themselves valid, and closed enough to notice a stray document."""
import json


def test_every_published_schema_is_a_schema(root, schema_errors):
    for path in sorted((root / 'docs' / 'schema').glob('*.json')):
        schema = json.loads(path.read_text(encoding='utf-8'))
        assert schema_errors([], schema) != [], f'{path.name} accepts anything'
