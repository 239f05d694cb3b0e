import { checkPrimeSync, createPrivateKey, X509Certificate } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engines/engine.ts';
import { renderChart } from '../../src/engines/helm.ts';
import { chart } from './charts.ts';

const engine = openEngine('helm', { instances: 1 });
afterAll(() => engine.close());

async function rendered(template: string): Promise<string> {
  const file = `{{ define "text" }}${template}{{ end }}text: |\n{{ include "text" . | indent 2 }}`;
  const result = await renderChart(engine, chart({ 'templates/a.yaml': file }));
  if ('error' in result) throw new Error(result.error.message);
  return result.documents[0]!.text.replaceAll(/^ {2}/gm, '');
}

const pemBlocks = (text: string) => text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];

/** The two primes of an RSA key in PEM. */
function primesOf(pem: string): readonly bigint[] {
  const { p, q } = createPrivateKey(pem).export({ format: 'jwk' });
  return [p, q].map((each) => BigInt(`0x${Buffer.from(each!, 'base64url').toString('hex')}`));
}

const repeat = (times: number, action: string) => Array.from({ length: times }, () => action).join('\n');

test.each([
  { action: '{{ genPrivateKey "rsa" }}', bits: 4096, different: 3 },
  { action: '{{ (genCA "ca" 365).Key }}', bits: 2048, different: 12 },
])(
  'the keys of $action have $bits bits, two primes each, and differ',
  async ({ action, bits, different }) => {
    const keys = pemBlocks(await rendered(repeat(different + 1, action)));
    const first = keys.slice(0, different);
    expect(new Set(first).size).toBe(different);
    expect(keys[different]).toBe(keys[0]);
    for (const key of first) {
      const [p, q] = primesOf(key) as [bigint, bigint];
      expect((p * q).toString(2).length).toBe(bits);
      expect([checkPrimeSync(p), checkPrimeSync(q)]).toEqual([true, true]);
    }
  },
);

test('a certificate is signed with the key of its authority', async () => {
  const template = `
{{ $ca := genCA "authority" 365 }}
{{ $signed := genSignedCert "web" nil (list "web.example") 365 $ca }}
{{ $ca.Cert }}
{{ $signed.Cert }}
{{ $signed.Key }}`;
  const [authority, signed, key] = pemBlocks(await rendered(template)) as [string, string, string];
  const certificate = new X509Certificate(signed);
  expect(certificate.verify(new X509Certificate(authority).publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(certificate.checkHost('web.example')).toBe('web.example');
});

test('what a chart renders to does not depend on the keys that were taken before', async () => {
  const template = '{{ genPrivateKey "rsa" }}{{ (genSelfSignedCert "web" nil nil 365).Key }}';
  const before = await rendered(template);
  await rendered(repeat(2, template));
  expect(await rendered(template)).toBe(before);
});
