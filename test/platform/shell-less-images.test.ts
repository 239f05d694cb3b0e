import { describe, expect, test } from 'vitest';
import { shellLess } from '../../src/platform/shell-less-images.ts';
import { imageReference } from '../../src/programs/image.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test.each<[string, ReturnType<typeof imageReference>]>([
  ['nginx', { registry: null, repository: 'nginx', tag: null, digest: null }],
  ['nginx:1.27', { registry: null, repository: 'nginx', tag: '1.27', digest: null }],
  ['docker.io/library/nginx:1', { registry: null, repository: 'nginx', tag: '1', digest: null }],
  ['library/nginx', { registry: null, repository: 'nginx', tag: null, digest: null }],
  ['bitnami/redis:7', { registry: null, repository: 'bitnami/redis', tag: '7', digest: null }],
  [`localhost:5000/a/b:c@${digest}`, { registry: 'localhost:5000', repository: 'a/b', tag: 'c', digest }],
  [`gcr.io/a/b@${digest}`, { registry: 'gcr.io', repository: 'a/b', tag: null, digest }],
  [
    'registry.example.com:443/web',
    { registry: 'registry.example.com:443', repository: 'web', tag: null, digest: null },
  ],
  ['', { registry: null, repository: '', tag: null, digest: null }],
])('%s', (image, expected) => expect(imageReference(image)).toEqual(expected));

describe('surely without a shell', () => {
  test.each([
    'gcr.io/distroless/static',
    'gcr.io/distroless/static-debian12:nonroot',
    'gcr.io/distroless/base-nossl-debian12:latest-amd64',
    'gcr.io/distroless/java21-debian12',
    'gcr.io/distroless/nodejs22-debian12:nonroot',
    'gcr.io/distroless/python3-debian12',
    `gcr.io/distroless/cc-debian12:nonroot@${digest}`,
    'cgr.dev/chainguard/static:latest',
    'cgr.dev/chainguard/nginx',
    'registry.k8s.io/pause:3.10',
    'k8s.gcr.io/pause:3.2',
    'registry.k8s.io/coredns/coredns:v1.12.0',
    'coredns/coredns:1.12.0',
    'registry.k8s.io/metrics-server/metrics-server:v0.8.0',
    'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0',
    'quay.io/jetstack/cert-manager-webhook:v1.18.0',
    'nats',
    'nats:2.12.1',
    'nats:2-scratch',
    'envoyproxy/envoy-distroless:v1.31.0',
    'envoyproxy/envoy:distroless-v1.37.5',
    'ghcr.io/dexidp/dex:v2.41.1-distroless',
  ])('%s', (image) => expect(shellLess(image)?.source).toMatch(/^https:\/\//));
});

describe('with a shell, or perhaps', () => {
  test.each([
    'gcr.io/distroless/static:debug',
    'gcr.io/distroless/java21-debian12:debug-nonroot',
    `gcr.io/distroless/static@${digest}`,
    'gcr.io/distroless/python3',
    'gcr.io/distroless/python3-debian11',
    'gcr.io/my-project/distroless/static',
    'distroless/static',
    'cgr.dev/chainguard/static:latest-dev',
    'cgr.dev/chainguard/wolfi-base',
    'cgr.dev/chainguard/node',
    'registry.k8s.io/kube-proxy:v1.34.0',
    'nats:2-alpine',
    'nats:alpine',
    'nats:2.12-nanoserver',
    'synadia/nats:2.12',
    'envoyproxy/envoy:v1.31.0',
    'ghcr.io/acme/web:distroless-debug',
    'ghcr.io/acme/web:not-distrolessness',
    'nginx:1.27',
    'alpine',
    'scratch',
    '',
  ])('%s', (image) => expect(shellLess(image)).toBeNull());
});
