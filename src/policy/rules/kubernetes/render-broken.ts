import { code } from '../../../text/escape.ts';
import { defineRule } from '../../rule.ts';

interface Broken {
  readonly path: string;
  readonly words: string;
}

const messages: Readonly<Record<string, 'chart' | 'kustomization'>> = {
  Chart: 'chart',
  Kustomization: 'kustomization',
};

/** The base rendered and head does not: everything else about the unit is unknown until it does. */
export const renderBroken = defineRule({
  id: 'render-broken',
  category: 'kubernetes',
  title: 'The base rendered, this change does not',
  messages: {
    chart: {
      class: 'contradiction',
      severity: 'error',
      title: ({ path }: Broken) => `${code(path)} no longer renders`,
      text: ({ words }: Broken) => `Helm stops with ${code(words, 400)}; the base renders.`,
      why: () => 'Nothing of this chart can be installed or upgraded, and nothing of it was reviewed.',
    },
    kustomization: {
      class: 'contradiction',
      severity: 'error',
      title: ({ path }: Broken) => `${code(path)} no longer builds`,
      text: ({ words }: Broken) => `Kustomize stops with ${code(words, 400)}; the base builds.`,
      why: () => 'Nothing of this kustomization can be applied, and nothing of it was reviewed.',
    },
    file: {
      class: 'contradiction',
      severity: 'error',
      title: ({ path }: Broken) => `${code(path)} no longer parses`,
      text: ({ words }: Broken) => `The YAML parser stops with ${code(words, 400)}; the base parses.`,
      why: () => 'No object of this file can be applied, and none of them was reviewed.',
    },
  },
  references: [
    { title: 'helm template', url: 'https://helm.sh/docs/helm/helm_template/' },
    { title: 'kustomize build', url: 'https://kubectl.docs.kubernetes.io/references/kustomize/cmd/build/' },
    { title: 'Debugging templates', url: 'https://helm.sh/docs/chart_template_guide/debugging/' },
  ],
  *check({ resource, before }) {
    const { origin } = resource.manifest;
    if (origin.kind !== 'broken' || before !== null) return;
    const messageId = messages[resource.ref.kind] ?? 'file';
    yield { messageId, data: { path: resource.ref.name, words: origin.detail }, at: { resource, path: [] } };
  },
});
