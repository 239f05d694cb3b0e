import type { Render } from '../unit.ts';
import type { ChartInput } from './chart-input.ts';
import type { ReleaseRequest } from './release.ts';

/** What every finding of a release takes for granted. */
export function assumptionsOf({ set: { release } }: ReleaseRequest): Pick<Render, 'assumptions'> {
  if (release === undefined || release.assumptions.length === 0) return {};
  const { path, line } = release.declaredAt;
  return { assumptions: release.assumptions.map((text) => ({ text, path, line })) };
}

/** The release with a chart whose own values.yaml counts no more. */
export function withoutDefaults(request: ReleaseRequest): ReleaseRequest {
  const without = (input: ChartInput): ChartInput => ({
    ...input,
    files: input.files.filter(({ path }) => path !== 'values.yaml'),
    whole: async () => without(await input.whole()),
  });
  return { ...request, input: without(request.input) };
}

/** `1.34` as `v1.34.0`. */
export function fullVersion(version: string): string {
  const [number = '', suffix = ''] = /^v?([\d.]*)(.*)$/s.exec(version)?.slice(1) ?? [];
  return `v${[...number.split('.').filter((part) => part !== ''), '0', '0'].slice(0, 3).join('.')}${suffix}`;
}
