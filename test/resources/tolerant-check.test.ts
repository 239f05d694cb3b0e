import { expect, test } from 'vitest';
import { EngineFailure } from '../../src/engines/engine.ts';
import { tolerantCheck } from '../../src/resources/tolerant-check.ts';
import type { NotChecked } from '../../src/text/not-checked.ts';

const questions = [{ object: {} }, { object: {} }];

test('an engine that gives no answer leaves every object unanswered, and that is told', async () => {
  const told: NotChecked[] = [];
  const failing = tolerantCheck(
    () => Promise.reject(new EngineFailure('timed-out', 'ran longer than 30 s')),
    (trouble) => told.push(trouble),
  );
  expect((await failing(questions)).map(({ supported }) => supported)).toEqual([false, false]);
  expect(told).toEqual([
    {
      unit: null,
      path: null,
      reason: 'timed-out',
      detail: "Kubernetes' own check of 2 objects ran longer than 30 s.",
      line: null,
    },
  ]);
});

test('a fault of our own is not swallowed', async () => {
  const broken = tolerantCheck(
    () => Promise.reject(new TypeError('x is not a function')),
    () => {},
  );
  await expect(broken(questions)).rejects.toThrow('x is not a function');
});
