import type { ServerWritableStream } from '@grpc/grpc-js';
import type { skiffnodev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { drainedOrAborted } from '@skiff/platform';
import type { ServedNode } from './served-node';
import { readLog, type LogQuery } from '../logs/read';
import { latest, previous } from '../pod-model/state';
import { findSpec, type FoundContainer } from './lookup';

type LogsCall = ServerWritableStream<skiffnodev1.LogsRequest, skiffnodev1.LogsResponse>;

const lookMilliseconds = 500;

/** Streams the log of a container. */
export async function serveLogs(node: ServedNode, call: LogsCall): Promise<void> {
  const { container, options = {} } = call.request;
  const found = findSpec(node, container);
  const { worker, spec } = found;
  const name = spec.container.name ?? '';
  const status = options.previous === true ? previous(worker.state, name) : latest(worker.state, name);
  if (status === undefined) throw notAvailable(found, options.previous === true);
  const { clock } = node;
  const following = {
    isRunning: () => worker.state.containers.some(({ id, phase }) => id === status.id && phase === 'running'),
    onChange: (callback: () => void) => {
      const timer = clock.after(lookMilliseconds, callback);
      return () => timer.cancel();
    },
  };
  const left = new AbortController();
  call.on('cancelled', () => left.abort());
  const query: LogQuery = {
    follow: options.follow === true,
    tailLines: options.tailLines,
    since: sinceOf(options, clock.now()),
    timestamps: options.timestamps === true,
    limitBytes: options.limitBytes,
    stream: streamOf(options.stream),
  };
  for await (const data of readLog(status.logPath, query, following, left.signal)) {
    if (!call.write({ data })) await drainedOrAborted(call, left.signal);
    if (left.signal.aborted) return;
  }
}

function sinceOf(options: NonNullable<skiffnodev1.LogsRequest['options']>, now: number): number | undefined {
  if (options.sinceSeconds !== undefined) return now - options.sinceSeconds * 1000;
  return typeof options.sinceTime === 'string' ? Date.parse(options.sinceTime) : undefined;
}

function streamOf(stream: string | undefined): 'stdout' | 'stderr' | undefined {
  if (stream === 'Stdout') return 'stdout';
  return stream === 'Stderr' ? 'stderr' : undefined;
}

/** Why there is no log, as upstream's API server passes it on. */
function notAvailable({ worker, spec }: FoundContainer, wantsPrevious: boolean): StatusError {
  const pod = worker.pod();
  const name = spec.container.name ?? '';
  const podName = pod.metadata?.name ?? '';
  if (wantsPrevious) {
    const text = `previous terminated container "${name}" in pod "${podName}" not found`;
    return new StatusError(400, 'BadRequest', text);
  }
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const waiting = statuses.find((status) => status.name === name)?.state?.waiting;
  const reason = waiting?.reason ?? 'ContainerCreating';
  const known: Record<string, string> = {
    ErrImagePull: "image can't be pulled",
    ImagePullBackOff: 'trying and failing to pull image',
  };
  const why = known[reason] ?? reason;
  return new StatusError(400, 'BadRequest', `container "${name}" in pod "${podName}" is waiting to start: ${why}`);
}
