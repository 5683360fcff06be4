import { credentials } from '@grpc/grpc-js';
import { Kinds, skifftracesv1, type Kind } from '@skiff/contracts';
import { renderTree } from '@skiff/platform';
import { tracesAddress } from '../processes/process-spec';
import { clusterOf, UserError, type CommandContext } from './context';

export interface TraceOptions {
  /** Name of the cluster. */
  readonly name: string;
  readonly namespace: string;
}

/** How long the traces service may take to answer, in milliseconds. */
const answerLimit = 10_000;

/** Prints the causal tree of an object, named as for kubectl: `deployment/web`, `deploy/web`, `Deployment/web`. */
export async function trace(context: CommandContext, target: string, options: TraceOptions): Promise<void> {
  const { kind, name } = parseTarget(target);
  const { cluster } = clusterOf(context, options.name);
  const address = tracesAddress(cluster);
  const namespace = kind.namespaced ? options.namespace : '';
  const response = await explain(address, { kind: kind.kind, namespace, name });
  if (!response.roots?.length) {
    const where = namespace ? ` in namespace "${namespace}"` : '';
    throw new UserError(
      `nothing is known of ${kind.kind} "${name}"${where}: it was not written while traces were kept`,
    );
  }
  context.print(renderTree(response.roots).trimEnd());
  if (response.truncated) context.print('(more spans are left off)');
}

/** The kind and name that `<kind>/<name>` means; kinds go by kubectl's names for them, in any case. */
export function parseTarget(target: string): { kind: Kind; name: string } {
  const [word = '', name = '', ...rest] = target.split('/');
  if (!word || !name || rest.length) throw new UserError(`"${target}" is not <kind>/<name>, such as deployment/web`);
  const wanted = word.toLowerCase();
  const kind = (Object.values(Kinds) as Kind[]).find(
    (candidate) =>
      candidate.plural !== '' &&
      [candidate.kind.toLowerCase(), candidate.plural, ...candidate.shortNames].includes(wanted),
  );
  if (!kind) throw new UserError(`there is no kind "${word}"`);
  return { kind, name };
}

function explain(address: string, request: skifftracesv1.ExplainRequest): Promise<skifftracesv1.ExplainResponse> {
  const client = new skifftracesv1.TraceQueryServiceClient(address, credentials.createInsecure());
  return new Promise<skifftracesv1.ExplainResponse>((resolve, reject) => {
    client.waitForReady(performance.timeOrigin + performance.now() + answerLimit, (unready) => {
      if (unready) return reject(new UserError(`the traces service does not answer at ${address}: ${unready.message}`));
      client.explain(request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }).finally(() => client.close());
}
