import { describe, expect, test } from 'vitest';
import { launchedAt, moduleAt } from '../../src/programs/launchers.ts';

/** What is left of a command after its launcher; null where it is none. */
function launched([name = '', ...words]: readonly (string | null)[]): readonly (string | null)[] | null {
  const at = launchedAt(name ?? '', words) ?? moduleAt(name ?? '', words);
  return at === null ? null : words.slice(at);
}

describe('the program that another one starts', () => {
  test.each<[string, readonly (string | null)[] | null]>([
    ['exec java -jar', ['java', '-jar']],
    ['tini -g -- java', ['java']],
    ['tini -e 143 java', ['java']],
    ['dumb-init --rewrite 15:3 java', ['java']],
    ['env -u A B=c java D=e', ['java', 'D=e']],
    ['nice -n 5 java', ['java']],
    ['gosu app java', ['java']],
    ['bundle exec puma', ['puma']],
    ['npx --package serve serve', ['serve']],
    ['python3.12 -u -m gunicorn app:app', ['gunicorn', 'app:app']],
    ['exec', []],
    ['gosu app', []],
    ['gosu', null],
    ['bundle install', null],
    ['python app.py -m x', null],
    ['python -m', []],
    ['java -m x', null],
    ['constructor x', null],
  ])('%s', (command, expected) => expect(launched(command.split(' '))).toEqual(expected));

  test('a word that is not known is the program, whatever it is', () => {
    expect(launched(['tini', null, 'java'])).toEqual([null, 'java']);
    expect(launched(['gosu', null, 'java'])).toEqual(['java']);
    expect(launched(['python', null, '-m', 'x'])).toBeNull();
  });
});
