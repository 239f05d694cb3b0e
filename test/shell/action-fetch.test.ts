import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fetchFor } from '../../src/shell/action-fetch.ts';

/** A server, and a proxy that takes every name for it. */
async function proxied() {
  const names: string[] = [];
  const server = createServer((_, response) => void response.end('hello'));
  const proxy = createServer();
  proxy.on('connect', (request, socket, head) => {
    names.push(request.url!);
    const there = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
    onTestFinished(() => {
      socket.destroy();
      there.destroy();
    });
  });
  for (const each of [server, proxy]) {
    await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      each.closeAllConnections();
      each.close();
    });
  }
  return { names, address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

test('without a proxy it is the one of Node', () => {
  expect(fetchFor({})).toBe(fetch);
});

test('a runner behind a proxy: requests go through it', async () => {
  const { names, address } = await proxied();
  vi.stubEnv('http_proxy', address);
  vi.stubEnv('GITHUB_API_URL', 'http://api.shop.test');
  onTestFinished(() => void vi.unstubAllEnvs());
  const send = fetchFor({ http_proxy: address });
  const signal = AbortSignal.timeout(5_000);
  const response = await send('http://api.shop.test/zen', { method: 'POST', body: 'x', signal });
  expect(await response.text()).toBe('hello');
  expect(names).toEqual(['api.shop.test:80']);
});
