import { expect, test } from 'vitest';
import { deployment, platformIn, shown } from './support.ts';

const inject = 'sidecar.istio.io/inject';
const namespace = (labels: object, name = 'shop'): string =>
  `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })}\n`;
const inShop = (parts: object = {}): string => deployment({ namespace: 'shop', ...parts });

test.each([
  [
    'the pod label',
    deployment({ pod: { labels: { [inject]: 'true' } } }),
    'pod label has `sidecar.istio.io/inject: true`',
  ],
  [
    'the older annotation',
    deployment({ pod: { annotations: { [inject]: 'true' } } }),
    'pod annotation has `sidecar.istio.io/inject: true`',
  ],
  [
    'the label, which wins over the annotation',
    deployment({ pod: { labels: { [inject]: 'true' }, annotations: { [inject]: 'false' } } }),
    'pod label has `sidecar.istio.io/inject: true`',
  ],
  [
    'a revision',
    deployment({ pod: { labels: { 'istio.io/rev': 'canary' } } }),
    'pod label has `istio.io/rev: canary`',
  ],
  [
    'the namespace',
    inShop() + namespace({ 'istio-injection': 'enabled' }),
    'Namespace `shop` has `istio-injection: enabled`',
  ],
  [
    'a revision of the namespace',
    inShop() + namespace({ 'istio.io/rev': 'canary' }),
    'Namespace `shop` has `istio.io/rev: canary`',
  ],
  [
    'a sidecar although the namespace is ambient',
    inShop() + namespace({ 'istio-injection': 'enabled', 'istio.io/dataplane-mode': 'ambient' }),
    'Namespace `shop` has `istio-injection: enabled`',
  ],
  [
    'a container written out',
    deployment({
      spec: { initContainers: [{ name: 'istio-proxy', image: 'istio/proxyv2:1', restartPolicy: 'Always' }] },
    }),
    'container `istio-proxy` is written out',
  ],
])('istio: %s', (_, text, evidence) => {
  const { traits, because } = platformIn(text);
  expect([...traits]).toEqual(['istio']);
  expect(because.get('istio')?.map((each) => each.text)).toEqual([evidence]);
});

test.each([
  ['nothing', deployment()],
  [
    'a pod that says no',
    inShop({ pod: { labels: { [inject]: 'false' } } }) + namespace({ 'istio-injection': 'enabled' }),
  ],
  [
    'a pod that says no by annotation',
    inShop({ pod: { annotations: { [inject]: 'false' } } }) + namespace({ 'istio-injection': 'enabled' }),
  ],
  [
    'a namespace that says no',
    inShop({ pod: { labels: { [inject]: 'true' } } }) + namespace({ 'istio-injection': 'disabled' }),
  ],
  [
    'a namespace whose label wins over its revision',
    inShop() + namespace({ 'istio-injection': 'disabled', 'istio.io/rev': 'a' }),
  ],
  ['a pod label that a later tool gives', deployment({ pod: { labels: { [inject]: `\${INJECT}` } } })],
  ['a namespace label that a later tool gives', inShop() + namespace({ 'istio-injection': `\${INJECT}` })],
  [
    'a pod label that a later tool gives, in a namespace that says yes',
    inShop({ pod: { labels: { [inject]: `\${INJECT}` } } }) + namespace({ 'istio-injection': 'enabled' }),
  ],
  [
    'a namespace label that a later tool gives, beside a revision',
    inShop() + namespace({ 'istio-injection': `\${INJECT}`, 'istio.io/rev': 'a' }),
  ],
  ['ambient mode', inShop() + namespace({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/rev': 'canary' })],
  [
    "the host's network",
    inShop({ spec: { hostNetwork: true } }) + namespace({ 'istio-injection': 'enabled' }),
  ],
  [
    'a host network that a later tool decides',
    inShop({ spec: { hostNetwork: `\${HOST}` } }) + namespace({ 'istio-injection': 'enabled' }),
  ],
  ['another namespace', inShop() + namespace({ 'istio-injection': 'enabled' }, 'other')],
  ['a namespace that nobody names', deployment() + namespace({ 'istio-injection': 'enabled' })],
])('no istio: %s', (_, text) => {
  expect([...platformIn(text).traits]).toEqual([]);
});

test('evidence stands where it was read', () => {
  const { because } = platformIn(deployment({ pod: { labels: { [inject]: 'true' } } }));
  expect(shown(because.get('istio') ?? [])[0]).toMatch(
    /@ spec\.template\.metadata\.labels\["sidecar\.istio\.io\/inject"\]$/,
  );
});
