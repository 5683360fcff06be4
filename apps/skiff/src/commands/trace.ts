import { credentials } from '@grpc/grpc-js';
import { Kinds, skifftracesv1 } from '@skiff/contracts';
import { fromServiceError, renderTree } from '@skiff/platform';
import { tracesAddress } from '../processes/process-spec';
import { clusterOf, UserError, type CommandContext } from './context';

export interface TraceOptions {
  readonly name: string;
  readonly namespace: string;
}

/** Prints what caused what, from the request that wrote an object to all that followed. */
export async function trace(context: CommandContext, object: string, options: TraceOptions): Promise<void> {
  const { cluster } = clusterOf(context, options.name);
  const { kind, name } = parseObject(object);
  const service = new skifftracesv1.TraceQueryServiceClient(tracesAddress(cluster), credentials.createInsecure());
  try {
    const namespace = kind.namespaced ? options.namespace : '';
    const { roots = [], truncated } = await explain(service, { kind: kind.kind, namespace, name });
    if (roots.length === 0)
      throw new UserError(`nothing is known of what caused ${object}: traces are kept for an hour`);
    context.print(renderTree(roots));
    if (truncated) context.print('… and more: the oldest spans are left off');
  } finally {
    service.close();
  }
}

function explain(
  service: skifftracesv1.TraceQueryServiceClient,
  request: skifftracesv1.ExplainRequest,
): Promise<skifftracesv1.ExplainResponse> {
  return new Promise((resolve, reject) => {
    service.explain(request, (error, response) => (error ? reject(fromServiceError(error)) : resolve(response)));
  });
}

/** Reads "deployment/web" as kubectl would: any name of the kind will do. */
function parseObject(text: string): { kind: { readonly kind: string; readonly namespaced: boolean }; name: string } {
  const [type = '', name = ''] = text.split('/');
  const wanted = type.toLowerCase().split('.')[0] ?? '';
  const kind = Object.values(Kinds).find(
    (candidate) =>
      candidate.plural !== '' &&
      [candidate.plural, candidate.kind.toLowerCase(), ...candidate.shortNames].includes(wanted),
  );
  if (!kind || !name) throw new UserError(`"${text}" names no object: write it as deployment/web`);
  return { kind, name };
}
