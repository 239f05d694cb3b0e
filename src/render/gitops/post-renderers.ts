import { valueAt } from '../../manifest/field-path.ts';
import { isMap } from '../../manifest/is-map.ts';
import { type GitOpsObject, placesOf } from './inline-values.ts';
import { statedFields } from './kustomize-fields.ts';
import type { PostRenderer } from './release.ts';

/** What a post-renderer of any version of the API takes. */
const options = ['patches', 'images', 'patchesStrategicMerge', 'patchesJson6902'] as const;

/**
 * What a HelmRelease does to the rendered objects, each a kustomization of what the one before it made.
 * https://github.com/fluxcd/helm-controller/blob/main/internal/postrender/kustomize.go
 */
export function postRenderersOf(object: GitOpsObject): readonly PostRenderer[] {
  const listed = valueAt(object.manifest.value, ['spec', 'postRenderers']);
  const strategy = valueAt(object.manifest.value, ['spec', 'postRenderStrategy']);
  const takesHooks = strategy !== 'nohooks';
  const own = (Array.isArray(listed) ? listed : []).flatMap((each: unknown, index): PostRenderer[] => {
    const stated = valueAt(each, ['kustomize']);
    if (!isMap(stated)) return [];
    const known = Object.fromEntries(
      options.flatMap((name) => (Object.hasOwn(stated, name) ? [[name, stated[name]]] : [])),
    );
    const { fields, originOf } = fieldsOf(known);
    const places = placesOf(object, ['spec', 'postRenderers', index, 'kustomize']);
    return Object.keys(fields).length === 0 ? [] : [{ fields, originOf, places, takesHooks }];
  });
  const metadata = valueAt(object.manifest.value, ['spec', 'commonMetadata']);
  const common = fieldsOf({ commonMetadata: metadata });
  if (Object.keys(common.fields).length === 0) return own;
  return [...own, { ...common, places: placesOf(object, ['spec']), takesHooks }];
}

function fieldsOf(own: Readonly<Record<string, unknown>>): Pick<PostRenderer, 'fields' | 'originOf'> {
  const stated = statedFields({ tool: 'flux', options: own }, {}, () => false);
  return { fields: stated.fields, originOf: (field) => stated.originOf(field) };
}
