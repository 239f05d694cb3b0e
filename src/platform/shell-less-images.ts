import { type ImageReference, imageReference } from '../programs/image.ts';

/** Why an image surely has neither a shell nor `sleep`. */
export interface ShellLess {
  /** A few words for people, e.g. `distroless`. */
  readonly kind: string;
  readonly source: string;
}

interface Entry extends ShellLess {
  /** Null: Docker Hub. */
  readonly registry: RegExp | null;
  readonly repository: RegExp;
  /** Tags that are meant; a tag that is not written is `latest`. */
  readonly tag: RegExp;
}

const distroless = 'https://github.com/GoogleContainerTools/distroless/blob/main/README.md';
const kubernetes = /^(registry\.k8s\.io|k8s\.gcr\.io)$/;
const anyTag = /^/;
const noDebugTag = /^(?!.*debug)/;

/**
 * Images of which it is sure. What only may have no shell is left out: Google's `python3` of Debian 10 and 11 has one
 * (https://github.com/GoogleContainerTools/distroless/issues/1178), so has Chainguard's `wolfi-base`.
 */
const entries: readonly Entry[] = [
  {
    kind: 'distroless',
    registry: /^gcr\.io$/,
    repository:
      /^distroless\/(static|base|base-nossl|cc|java|java-base|java\d+|nodejs|nodejs\d+)(-debian\d+)?$/,
    tag: noDebugTag,
    source: distroless,
  },
  {
    kind: 'distroless',
    registry: /^gcr\.io$/,
    repository: /^distroless\/python3-debian1[2-9]$/,
    tag: noDebugTag,
    source: 'https://github.com/GoogleContainerTools/distroless/pull/1415',
  },
  {
    kind: 'Chainguard, without -dev',
    registry: /^cgr\.dev$/,
    repository: /^chainguard\/(static|glibc-dynamic|nginx|python)$/,
    tag: /^(?!.*dev)/,
    source: 'https://edu.chainguard.dev/chainguard/containers/about/differences-development-production/',
  },
  {
    kind: 'one static program',
    registry: kubernetes,
    repository: /^pause$/,
    tag: anyTag,
    source: 'https://github.com/kubernetes/kubernetes/blob/v1.36.3/build/pause/Dockerfile',
  },
  {
    kind: 'one static program',
    registry: kubernetes,
    repository: /^coredns(\/coredns)?$/,
    tag: anyTag,
    source: 'https://github.com/coredns/coredns/blob/master/Dockerfile',
  },
  {
    kind: 'one static program',
    registry: null,
    repository: /^coredns\/coredns$/,
    tag: anyTag,
    source: 'https://github.com/coredns/coredns/blob/master/Dockerfile',
  },
  {
    kind: 'distroless',
    registry: kubernetes,
    repository: /^metrics-server\/metrics-server$/,
    tag: anyTag,
    source: 'https://github.com/kubernetes-sigs/metrics-server/blob/master/Dockerfile',
  },
  {
    kind: 'distroless',
    registry: kubernetes,
    repository: /^kube-state-metrics\/kube-state-metrics$/,
    tag: anyTag,
    source: 'https://github.com/kubernetes/kube-state-metrics/blob/main/Dockerfile',
  },
  {
    kind: 'distroless',
    registry: /^quay\.io$/,
    repository: /^jetstack\/cert-manager-(controller|webhook|cainjector)$/,
    tag: anyTag,
    source: 'https://github.com/cert-manager/cert-manager/pull/1663',
  },
  {
    kind: 'from scratch',
    registry: null,
    repository: /^nats$/,
    tag: /^(latest|\d+(\.\d+){0,2})?(-?(scratch|linux))?$/,
    source: 'https://github.com/docker-library/official-images/blob/master/library/nats',
  },
  {
    kind: 'distroless',
    registry: null,
    repository: /^envoyproxy\/envoy-distroless$/,
    tag: noDebugTag,
    source: 'https://github.com/envoyproxy/envoy/blob/v1.31.0/distribution/docker/Dockerfile-envoy',
  },
];

/** Null where the image has a shell, or may have one. */
export function shellLess(image: string): ShellLess | null {
  const reference = imageReference(image);
  // A digest alone may as well be the variant for debugging.
  if (reference.tag === null && reference.digest !== null) return null;
  return entries.find((entry) => isOf(reference, entry)) ?? saysSo(reference);
}

function isOf({ registry, repository, tag }: ImageReference, entry: Entry): boolean {
  const here = entry.registry === null ? registry === null : entry.registry.test(registry ?? '');
  return here && entry.repository.test(repository) && entry.tag.test(tag ?? 'latest');
}

/** Variants that say it in their tag, as `envoy:distroless-v1.37.5`. */
function saysSo({ tag }: ImageReference): ShellLess | null {
  if (tag === null || /debug|dev/.test(tag)) return null;
  return /(^|[-.])distroless([-.]|$)/.test(tag) ? { kind: 'distroless', source: distroless } : null;
}
