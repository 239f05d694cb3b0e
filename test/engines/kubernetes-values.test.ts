import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { type CheckRequest, checkObjects } from '../../src/engines/kubernetes.ts';
import { readCases } from './kubernetes-cases/cases.ts';
import { plantKeys, plantValues, trace } from './kubernetes-cases/plant.ts';

const engine = openEngine('kubernetes');
afterAll(() => engine.close());

async function problemsOf(requests: readonly CheckRequest[]): Promise<string[]> {
  const answers = await checkObjects(engine, requests);
  expect(answers.every(({ supported }) => supported)).toBe(true);
  return answers.map(({ decoding, errors, warnings }) => JSON.stringify([decoding, errors, warnings]));
}

describe('nothing of an object stands in what is said about it', () => {
  const cases = readCases().filter(({ expected }) => expected.supported);
  const planted = (plant: (request: CheckRequest) => CheckRequest[]) =>
    cases.flatMap(({ request }) => plant(request));

  it.each([
    ['no value', plantValues],
    ['no key that the user chose', plantKeys],
  ])('%s', { timeout: 60_000 }, async (_what, plant) => {
    const requests = planted(plant);
    const said = await problemsOf(requests);
    expect(said.filter((problems) => trace.test(problems))).toEqual([]);
    expect(requests.length).toBeGreaterThan(2000);
    expect(said.some((problems) => problems !== '[[],[],[]]')).toBe(true);
  });
});
