import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import {
  type CheckAnswer,
  type CheckRequest,
  checkObjects,
  engineKubernetesVersion,
} from '../../src/engines/kubernetes.ts';
import { checkedKinds } from '../../src/kubernetes/api.ts';
import { type Case, readCases, written } from './kubernetes-cases/cases.ts';

const engine = openEngine('kubernetes', { instances: 1 });
afterAll(() => engine.close());

async function check(request: CheckRequest): Promise<CheckAnswer> {
  const [answer] = await checkObjects(engine, [request]);
  return answer as CheckAnswer;
}

function told({ supported, decoding, errors, warnings }: CheckAnswer) {
  return { supported, decoding: written(decoding), errors: written(errors), warnings: written(warnings) };
}

describe.each(['create', 'decoding', 'update', 'versions'])('%s', (file) => {
  const cases = readCases(`${file}.yaml`);
  const answers = checkObjects(
    engine,
    cases.map(({ request }) => request),
  );

  it.each(cases.map((one, index) => [one.name, one, index] as const))(
    '%s',
    async (_name, one: Case, index) => {
      expect(told((await answers)[index] as CheckAnswer)).toEqual(one.expected);
    },
  );
});

describe('a batch', () => {
  const cases = readCases();
  const requests = cases.map(({ request }) => request);

  it('answers as each object alone', async () => {
    const together = await checkObjects(engine, requests);
    for (const [index, request] of requests.entries()) {
      if (index % 5 === 0) expect(await check(request)).toEqual(together[index]);
    }
  });

  it('answers the same in any order', async () => {
    const forwards = await checkObjects(engine, requests);
    const backwards = await checkObjects(engine, requests.toReversed());
    expect(backwards.toReversed()).toEqual(forwards);
  });

  it('may be empty', async () => {
    expect(await checkObjects(engine, [])).toEqual([]);
  });
});

describe('the text alone', () => {
  it('is read as kubectl reads it, where yes is a truth value', async () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {canary: yes}}\nspec: {ports: [{port: 80}]}\n';
    const answer = await check({ object: undefined, text });
    expect(written(answer.decoding)).toEqual([
      'Decode metadata.labels[…]: cannot unmarshal bool into Go value of type string',
    ]);
    expect(answer.defaulted).toBeNull();
  });

  it('may not be YAML at all', async () => {
    const answer = await check({ object: undefined, text: 'a: [secret' });
    expect(written(answer.decoding)).toEqual(['Decode : this is not YAML that Kubernetes can read']);
  });
});

describe('the version', () => {
  it('is that of the code the engine is built from', () => {
    const goMod = readFileSync(new URL('../../src/engines/kubernetes/go.mod', import.meta.url), 'utf8');
    expect(/k8s\.io\/kubernetes v(\d+\.\d+)\./.exec(goMod)?.[1]).toBe(engineKubernetesVersion);
  });

  it('must be one', async () => {
    await expect(check({ object: {}, version: 'latest' })).rejects.toThrow(
      'a Kubernetes version is written like "1.34"',
    );
  });
});

it('knows exactly the kinds that the checker asks about', () => {
  const source = readFileSync('src/engines/kubernetes/check/kinds.go', 'utf8');
  const groups: Record<string, string> = {
    core: '',
    apps: 'apps/',
    autoscaling: 'autoscaling/',
    batch: 'batch/',
    networking: 'networking.k8s.io/',
    policy: 'policy/',
  };
  const listed = [...source.matchAll(/^\t([a-z]+)(v\d)\.SchemeGroupVersion\.WithKind\("(\w+)"\)/gm)];
  expect(listed.map(([, group, version, kind]) => `${groups[group!]}${version} ${kind}`).sort()).toEqual(
    [...checkedKinds].sort(),
  );
});
