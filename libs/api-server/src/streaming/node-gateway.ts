import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { skiffnodev1, type Codec } from '@skiff/contracts';
import { badRequest } from '@skiff/apimachinery';
import { fromServiceError } from '@skiff/platform';
import type { AdmissionReader } from '../admission/reader';
import { GivenInput } from '../request/given-input';
import type { ResourceRequestInfo } from '../request/request-info';
import type { NodeConnections } from './node-connections';
import { attach, exec, podReference, portForward, type Start, type Streaming } from './node-streams';
import { requireContainer, requireHost, requirePod } from './pod-target';
import { decodeMessage, frame, readFrames, readMessage, startResponse } from '../transports/grpc/frames';
import type { GrpcMethod } from '../transports/grpc/method';

export interface NodeGatewayOptions {
  readonly reader: AdmissionReader;
  readonly nodes: NodeConnections;
}

/** The same right that REST asks for: `get` of pods/log, `create` of pods/exec and so on. */
const aboutPod = (subresource: string, namespace: string, name: string): ResourceRequestInfo => ({
  resourceRequest: true,
  verb: subresource === 'log' ? 'get' : 'create',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource,
  namespace,
  name,
  rest: '',
});

/** skiff.node.v1.NodeService for users: the kubelet's own service, found by the pod that a call names. */
export function nodeMethods(options: NodeGatewayOptions): Readonly<Record<string, GrpcMethod>> {
  return {
    Logs: logs(options),
    Exec: streamed(options, exec),
    Attach: streamed(options, attach),
    PortForward: streamed(options, portForward),
  };
}

const logs = ({ reader, nodes }: NodeGatewayOptions): GrpcMethod => ({
  method: 'GET',
  lasts: true,
  info: aboutPod('log', '', ''),
  begin: (stream) => {
    let asked: skiffnodev1.LogsRequest = {};
    return {
      read: async (request) => {
        asked = decodeMessage(skiffnodev1.LogsRequest, await readMessage(stream));
        const { podNamespace = '', podName = '' } = asked.container ?? {};
        request.info = aboutPod('log', podNamespace, podName);
      },
      answer: async (_, { signal }) => {
        const { podNamespace = '', podName = '', container: wanted } = asked.container ?? {};
        const pod = await requirePod(reader, podNamespace, podName);
        const container = requireContainer(pod, wanted || asked.options?.container || '');
        startResponse(stream);
        // A pod that waits for a node has nothing to say yet.
        if (!pod.spec?.nodeName) return undefined;
        const node = await nodes.client(pod.spec.nodeName);
        const log = node.logs({
          container: { ...podReference(pod), container },
          options: { ...asked.options, container },
        });
        const responses = log as AsyncIterable<skiffnodev1.LogsResponse>;
        await answerAll(skiffnodev1.LogsResponse, responses, () => log.cancel(), { stream, signal });
        return undefined;
      },
    };
  },
});

const streamed = <Message extends { start?: Start | undefined }, Response, Options extends object>(
  { reader, nodes }: NodeGatewayOptions,
  { subresource, request: codec, response, optionsOf, startOf, open }: Streaming<Message, Response, Options>,
): GrpcMethod => ({
  method: 'GET',
  lasts: true,
  info: aboutPod(subresource, '', ''),
  begin: (stream) => {
    const messages = readFrames(stream)[Symbol.asyncIterator]();
    let named: NamedPod = {};
    return {
      read: async (request) => {
        const start = await readStart(codec, messages, subresource);
        named = podOf(start);
        request.info = aboutPod(subresource, named.podNamespace ?? '', named.podName ?? '');
        request.input = new GivenInput({ connectOptions: optionsOf(start) });
      },
      answer: async (outcome, { signal }) => {
        if (outcome.type !== 'connection') throw new TypeError(`a stream is no ${outcome.type}`);
        const pod = await requirePod(reader, named.podNamespace ?? '', named.podName ?? '');
        // The resource says which options its subresource has.
        const start = startOf(outcome.options as Options, pod);
        const there = open(await nodes.client(requireHost(pod)));
        const leave = (): void => there.cancel();
        // The start is all that the first message of either kind has.
        there.write({ start } as Message);
        startResponse(stream);
        forwardAll(codec, messages, there).catch(leave);
        await answerAll(response, there as AsyncIterable<Response>, leave, { stream, signal });
        return undefined;
      },
    };
  },
});

async function readStart<Message extends { start?: Start | undefined }>(
  codec: Codec<Message>,
  messages: AsyncIterator<Buffer>,
  subresource: string,
): Promise<NonNullable<Message['start']>> {
  const first = await messages.next();
  const { start }: Partial<Message> = first.done ? {} : decodeMessage(codec, first.value);
  if (!start) throw badRequest(`the first message of ${subresource} must be its start`);
  return start;
}

type NamedPod = Pick<skiffnodev1.PortForwardStart, 'podNamespace' | 'podName'>;

const podOf = (start: Start): NamedPod =>
  'port' in start ? start : ((start as skiffnodev1.ExecStart).container ?? {});

/** Hands on what the user says, no faster than the node takes it. */
async function forwardAll<Request, Response>(
  codec: Codec<Request>,
  messages: AsyncIterator<Buffer>,
  there: ClientDuplexStream<Request, Response>,
): Promise<void> {
  for (let next = await messages.next(); !next.done; next = await messages.next())
    if (!there.write(decodeMessage(codec, next.value))) await once(there, 'drain');
  there.end();
}

/** Hands on what the node says, no faster than the user takes it. */
async function answerAll<Response>(
  codec: Codec<Response>,
  responses: AsyncIterable<Response>,
  leave: () => void,
  { stream, signal }: { readonly stream: ServerHttp2Stream; readonly signal: AbortSignal },
): Promise<void> {
  signal.addEventListener('abort', leave, { once: true });
  try {
    for await (const response of responses)
      if (!stream.write(frame(codec.encode(response).finish()))) await once(stream, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw fromServiceError(error as ServiceError);
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}
