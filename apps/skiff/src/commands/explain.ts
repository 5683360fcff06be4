import { join } from 'node:path';
import { skiffschedulerv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { channelCredentials, channelOptions } from '@skiff/platform';
import { schedulerAddress } from '../processes/addresses';
import { UsageError, UserError } from '../errors';
import { call } from './call';
import { clusterOf, type CommandContext } from './context';
import { requireElsewhere, whereToLook } from './cluster-elsewhere';
import { parseObject } from './object-name';
import { renderDecision } from './render-decision';

export interface ExplainOptions {
  readonly name: string;
  readonly namespace: string;
  readonly output: 'table' | 'json';
  /** The scheduler, "host:port", of a cluster that was not started here; then the files to reach it by. */
  readonly scheduler?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

const deadlineMilliseconds = 10_000;

/** Prints why a pod is on its node, or pending: what each plugin said of each node. */
export async function explain(context: CommandContext, object: string, options: ExplainOptions): Promise<void> {
  const { kind, name } = parseObject(object);
  if (kind.kind !== 'Pod') throw new UsageError(`only decisions about pods can be explained: write pod/${name}`);
  requireElsewhere('--scheduler', options.scheduler, options);
  const service = options.scheduler === undefined ? ofClusterHere(context, options.name) : elsewhere(options);
  try {
    const request = { namespace: options.namespace, name };
    const decision = await ask(service, request, options, context.clock.now() + deadlineMilliseconds);
    if (options.output === 'json') context.print(JSON.stringify(decision, null, 2));
    else context.print(renderDecision(`${options.namespace}/${name}`, decision));
  } finally {
    service.close();
  }
}

type SchedulerService = InstanceType<typeof skiffschedulerv1.SchedulerServiceClient>;

function ofClusterHere(context: CommandContext, name: string): SchedulerService {
  const { paths, cluster } = clusterOf(context, name);
  const file = (which: string): string => join(paths.pki, which);
  return new skiffschedulerv1.SchedulerServiceClient(
    schedulerAddress(cluster),
    channelCredentials({ caFile: file('ca.crt'), certFile: file('admin.crt'), keyFile: file('admin.key') }),
    // Node.js warns of addresses in place of names; the certificate holds both.
    { 'grpc.ssl_target_name_override': 'localhost' },
  );
}

function elsewhere({ scheduler = '', caFile = '', certFile = '', keyFile = '' }: ExplainOptions): SchedulerService {
  const files = { '--ca-file': caFile, '--cert-file': certFile, '--key-file': keyFile };
  const missing = Object.entries(files).filter(([, file]) => file === '');
  if (missing.length > 0) throw new UsageError(`--scheduler needs ${missing.map(([flag]) => flag).join(', ')} too`);
  return new skiffschedulerv1.SchedulerServiceClient(
    scheduler,
    channelCredentials({ caFile, certFile, keyFile }),
    channelOptions,
  );
}

async function ask(
  service: skiffschedulerv1.SchedulerServiceClient,
  request: skiffschedulerv1.ExplainRequest,
  { name, scheduler }: ExplainOptions,
  deadline: number,
): Promise<skiffschedulerv1.ExplainResponse> {
  try {
    return await call((...rest) => service.explain(request, ...rest), deadline);
  } catch (error) {
    const pod = `"${request.name}" in namespace "${request.namespace}"`;
    if (hasReason(error, 'NotFound'))
      throw new UserError(
        `the scheduler remembers no decision about pod ${pod}: it keeps the last 2000 since it started`,
      );
    if (hasReason(error, 'Timeout') || hasReason(error, 'ServiceUnavailable'))
      throw new UserError(`the scheduler cannot be reached${whereToLook('scheduler', name, scheduler)}`);
    throw error;
  }
}
