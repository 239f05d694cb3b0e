import type { Environment } from '../github/endpoints.ts';

/**
 * `fetch` for this runner. Node's own one pays no heed to `https_proxy`, which self-hosted runners are set up with and
 * which git follows; that of @actions/github does. It is loaded for them alone and with the first request: it reads the
 * environment and the event when it is loaded, and starts the whole of undici.
 */
export function fetchFor(env: Environment): typeof fetch {
  const proxy = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => env[name]);
  return proxy ? throughProxy : fetch;
}

const throughProxy: typeof fetch = async (address, options) => {
  const { defaults } = await import('@actions/github/lib/utils');
  const send = defaults.request?.fetch as unknown as typeof fetch;
  return send(address, options);
};
