import { code } from '../../../text/escape.ts';
import { defineRule } from '../../rule.ts';

interface Unread {
  readonly key: string;
  readonly path: string;
  readonly near: string | null;
}

/** The change says something in a values file that no template asks for. */
export const valueUnread = defineRule({
  id: 'value-unread',
  category: 'rollout',
  title: 'A value that no template of the chart reads',
  messages: {
    unread: {
      class: 'hazard',
      severity: 'warning',
      title: ({ key }: Unread) => `Nothing reads ${code(key)}`,
      text: ({ key }: Unread) =>
        `No template of the chart mentions ${code(lastOf(key))}, and rendering with another value of ${code(key)} changes no byte.`,
      why: () =>
        'The release is deployed as if this value were not there: what it was to change stays as it is.',
      fix: ({ near }: Unread) =>
        near === null
          ? 'Write the key that the templates read, or remove this one.'
          : `Did you mean ${code(near)}? The templates read that.`,
    },
  },
  references: [
    { title: 'Values files', url: 'https://helm.sh/docs/chart_template_guide/values_files/' },
    { title: 'Schema files', url: 'https://helm.sh/docs/topics/charts/#schema-files' },
  ],
  *check({ resource }) {
    const { origin } = resource.manifest;
    if (origin.kind !== 'unread') return;
    const { path, key, near } = origin;
    yield { messageId: 'unread', data: { path, key, near }, at: { resource, path: [] } };
  },
});

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
