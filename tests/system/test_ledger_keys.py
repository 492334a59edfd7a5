# SPDX-License-Identifier: Apache-2.0
"""Whose key files are believed to be secret."""
import os
import pathlib

import pytest

from notary import records_of

OTHER_USER = 65534


def words_of_failure(notary):
    with pytest.raises(RuntimeError) as failure:
        notary.start()
    return str(failure.value)


@pytest.fixture
def stopped(notary):
    notary.stop()
    yield notary


@pytest.mark.parametrize('mode', [0o400, 0o600])
def test_a_key_that_only_its_owner_can_read_is_used(stopped, mode):
    stopped.key.chmod(mode)
    stopped.start()


@pytest.mark.parametrize('mode', [0o440, 0o404, 0o420, 0o402, 0o410, 0o401, 0o644, 0o660, 0o777, 0o500, 0o4400])
def test_any_other_mode_is_refused(stopped, mode):
    stopped.key.chmod(mode)
    assert 'can be read or changed by others than its owner' in words_of_failure(stopped)


def test_a_key_of_another_user_is_refused(stopped):
    if os.getuid() != 0:
        pytest.skip('only root can give a file away')
    os.chown(stopped.key, OTHER_USER, OTHER_USER)
    assert 'can be read or changed by others than its owner' in words_of_failure(stopped)


def test_a_key_behind_a_symbolic_link_is_refused(stopped):
    real = stopped.key.with_suffix('.real')
    stopped.key.rename(real)
    stopped.key.symlink_to(real)
    words = words_of_failure(stopped)
    assert 'is a symbolic link' in words and 'name the file that it leads to' in words


@pytest.mark.parametrize('make', [
    lambda path: path.mkdir(), lambda path: os.mkfifo(path, 0o400),
], ids=['folder', 'fifo'])
def test_a_key_that_is_no_file_is_refused(stopped, make):
    stopped.key.unlink()
    make(stopped.key)
    assert 'is not a regular file' in words_of_failure(stopped)


@pytest.mark.parametrize('text', ['', 'PRIVATE+KEY+', 'x' * 5000, 'PRIVATE+KEY+a+00000000+AAAA'])
def test_a_key_that_is_none_is_refused(stopped, text):
    stopped.key.chmod(0o600)
    stopped.key.write_text(text)
    assert 'listening' not in words_of_failure(stopped)


def test_a_cosigning_key_is_no_key_of_a_ledger(stopped, gabion):
    stopped.key.unlink()
    state = stopped.key.with_suffix('.state')
    assert gabion('ledger', 'witness', '--origin', 'w', '--key', stopped.key, '--state', state).code == 0
    assert 'listening' not in words_of_failure(stopped)


@pytest.fixture
def credentials(stopped, tmp_path):
    """As systemd hands a credential over: a folder of its own, named by the environment."""
    folder = tmp_path / 'credentials'
    folder.mkdir(mode=0o500)
    (folder / 'ledger-key').write_bytes(stopped.key.read_bytes())
    stopped.key.unlink()
    stopped.without_key = True
    stopped.environment = {**os.environ, 'CREDENTIALS_DIRECTORY': str(folder)}
    return folder / 'ledger-key'


@pytest.mark.parametrize('mode', [0o400, 0o440])
def test_a_credential_of_systemd_is_used(stopped, credentials, mode):
    if mode == 0o440 and os.getuid() != 0:
        pytest.skip('only what belongs to root may show the mask of an access list')
    credentials.chmod(mode)
    stopped.start()
    stopped.client(b'one of the tests').append(b'x')
    assert stopped.stop()[0] == 0
    assert records_of(stopped) == [b'x']


@pytest.mark.parametrize('mode', [0o444, 0o460, 0o404])
def test_a_credential_that_others_can_read_is_refused(stopped, credentials, mode):
    credentials.chmod(mode)
    assert 'can be read or changed by others than its owner' in words_of_failure(stopped)


def test_without_any_key_the_remedy_is_named(stopped, credentials):
    stopped.environment = {**os.environ}
    stopped.environment.pop('CREDENTIALS_DIRECTORY', None)
    assert 'name it with --key, or hand it over as the systemd credential' in words_of_failure(stopped)
    stopped.environment['CREDENTIALS_DIRECTORY'] = '/nowhere/' + 'x' * 600
    assert 'too long' in words_of_failure(stopped)
    stopped.environment['CREDENTIALS_DIRECTORY'] = str(pathlib.Path('/nowhere'))
    assert "cannot open the key file '/nowhere/ledger-key'" in words_of_failure(stopped)
