import type { Serving } from '../../resources/serving.ts';
import { code } from '../../text/escape.ts';
import type { Evidence } from '../rule.ts';

export function servingEvidence({ service, port, container }: Serving): Evidence {
  return {
    text: `Service ${code(service.ref.name)} sends port ${port} to container ${code(container.name)}`,
    at: { resource: service, path: ['spec', 'ports'] },
  };
}
