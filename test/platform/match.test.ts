import { expect, test } from 'vitest';
import type { Origin } from '../../src/manifest/manifest.ts';
import type { WorkloadMatch } from '../../src/platform/environment.ts';
import { matches } from '../../src/platform/match.ts';
import type { Workload } from '../../src/resources/workload.ts';
import { deployment, workloadIn } from './support.ts';

const labels = { app: 'web', tier: `\${TIER}`, empty: '' };
const shop = workloadIn(deployment({ namespace: 'shop-prod', pod: { labels } })).workload;
const nowhere = workloadIn(deployment()).workload;
const unknown = workloadIn(deployment({ name: `web-\${ENV}`, namespace: `\${NAMESPACE}` })).workload;

function from(origin: Origin): Workload {
  const { resource } = shop;
  return { ...shop, resource: { ...resource, manifest: { ...resource.manifest, origin } } };
}
const chart = (folder: string): Workload =>
  from({ kind: 'helm', chart: folder, template: 'templates/web.yaml', hook: false, inventedRelease: null });

const table: readonly (readonly [string, WorkloadMatch, Workload, boolean])[] = [
  ['nothing asked', {}, shop, true],
  ['namespace', { namespace: 'shop-prod' }, shop, true],
  ['namespace glob', { namespace: 'shop-*' }, shop, true],
  ['alternatives', { namespace: '{shop,cart}-prod' }, shop, true],
  ['another namespace', { namespace: 'cart-*' }, shop, false],
  ['no namespace meets *', { namespace: '*' }, nowhere, true],
  ['no namespace meets nothing else', { namespace: '?*' }, nowhere, false],
  ['no namespace is not default', { namespace: 'default' }, nowhere, false],
  ['an unknown namespace meets *', { namespace: '*' }, unknown, true],
  ['an unknown namespace meets nothing else', { namespace: '*N*' }, unknown, false],
  ['kind', { kind: 'Deployment' }, shop, true],
  ['kind glob', { kind: '*Set' }, shop, false],
  ['name', { name: 'w?b' }, shop, true],
  ['another name', { name: 'we' }, shop, false],
  ['an unknown name', { name: 'web-*' }, unknown, false],
  ['label', { labels: { app: 'w*' } }, shop, true],
  ['another label value', { labels: { app: 'api' } }, shop, false],
  ['a label that is not there', { labels: { team: '*' } }, shop, false],
  ['any value of an unknown label', { labels: { tier: '*' } }, shop, true],
  ['a value of an unknown label', { labels: { tier: 'front' } }, shop, false],
  ['any value of an empty label', { labels: { empty: '*' } }, shop, true],
  ['an empty label', { labels: { empty: '' } }, shop, true],
  ['every label', { labels: { app: 'web', team: 'a' } }, shop, false],
  ['every part', { namespace: 'shop-prod', kind: 'Deployment', name: 'api' }, shop, false],
  ['file', { path: 'deploy/web.yaml' }, shop, true],
  ['file glob', { path: 'deploy/**' }, shop, true],
  ['another folder', { path: 'charts/**' }, shop, false],
  ['chart folder', { path: 'charts/web' }, chart('charts/web'), true],
  ['chart folder with a slash', { path: 'charts/web/' }, chart('charts/web'), true],
  ['below a chart folder', { path: 'charts/web/**' }, chart('charts/web'), true],
  ['a template is not asked for', { path: '**/*.yaml' }, chart('charts/web'), false],
  ['a chart at the root', { path: '**' }, chart(''), true],
];

test.each(table)('%s', (_, match, workload, expected) => {
  expect(matches(match, workload)).toBe(expected);
});
