import { once } from 'node:events';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { skiffnodev1, type Codec, type corev1 } from '@skiff/contracts';
import { badRequest, StatusError } from '@skiff/apimachinery';
import { fromServiceError } from '@skiff/platform';
import type { AdmissionReader } from '../../admission/admission';
import { forbidden, type Authorizer } from '../../auth/authorization/attributes';
import type { NodeClient, NodeConnections } from '../../streaming/node-connections';
import { requireContainer, requireHost, requirePod, requireRunning } from '../../streaming/pod-target';
import type { GrpcCall, RequestCall } from './call';
import { countRequest, type RequestCounter } from '../../grpc/counted-request';
import { decodeMessage, frame, readFrames, readMessage, startResponse } from './frames';

export interface NodeGatewayOptions {
  readonly reader: AdmissionReader;
  readonly nodes: NodeConnections;
  readonly authorizer: Authorizer;
  readonly counter: RequestCounter;
}

/** What a stream to a pod begins with. */
type Start = skiffnodev1.ExecStart | skiffnodev1.AttachStart | skiffnodev1.PortForwardStart;

/** A stream of the kubelet's service, and what a user needs to open one. */
interface Streaming<Request extends { start?: Start | undefined }, Response> {
  readonly subresource: 'exec' | 'attach' | 'portforward';
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
  open(node: NodeClient): ClientDuplexStream<Request, Response>;
}

const exec: Streaming<skiffnodev1.ExecRequest, skiffnodev1.ExecResponse> = {
  subresource: 'exec',
  request: skiffnodev1.ExecRequest,
  response: skiffnodev1.ExecResponse,
  open: (node) => node.exec(),
};
const attach: Streaming<skiffnodev1.AttachRequest, skiffnodev1.AttachResponse> = {
  subresource: 'attach',
  request: skiffnodev1.AttachRequest,
  response: skiffnodev1.AttachResponse,
  open: (node) => node.attach(),
};
const portForward: Streaming<skiffnodev1.PortForwardRequest, skiffnodev1.PortForwardResponse> = {
  subresource: 'portforward',
  request: skiffnodev1.PortForwardRequest,
  response: skiffnodev1.PortForwardResponse,
  open: (node) => node.portForward(),
};

/**
 * skiff.node.v1.NodeService for users: the kubelet's own service, found by the pod that a call names.
 * It asks for the rights that REST asks for: `get` of pods/log, `create` of pods/exec and so on.
 */
export class NodeGateway {
  constructor(private readonly options: NodeGatewayOptions) {}

  handle(method: string, call: GrpcCall): Promise<void> {
    switch (method) {
      case 'Logs':
        return this.count(call, (own) => this.logs(own));
      case 'Exec':
        return this.count(call, (own) => this.stream(exec, own));
      case 'Attach':
        return this.count(call, (own) => this.stream(attach, own));
      case 'PortForward':
        return this.count(call, (own) => this.stream(portForward, own));
      default:
        throw new StatusError(501, 'MethodNotAllowed', `the method ${method} is served by nodes alone`);
    }
  }

  private count(call: GrpcCall, run: (call: RequestCall) => Promise<void>): Promise<void> {
    return countRequest(this.options.counter, 'get', (counted) => run({ ...call, counted }));
  }

  private async logs(call: RequestCall): Promise<void> {
    const request = decodeMessage(skiffnodev1.LogsRequest, await readMessage(call.stream));
    const { podNamespace = '', podName = '', container: wanted } = request.container ?? {};
    this.authorize(call, 'get', 'log', podNamespace, podName);
    const pod = await requirePod(this.options.reader, podNamespace, podName);
    const container = requireContainer(pod, wanted || request.options?.container || '');
    startResponse(call.stream);
    // A pod that waits for a node has nothing to say yet.
    if (!pod.spec?.nodeName) return;
    const node = await this.options.nodes.client(pod.spec.nodeName);
    const options = { ...request.options, container };
    const log = node.logs({ container: { ...reference(pod), container }, options });
    await answerAll(skiffnodev1.LogsResponse, log as AsyncIterable<skiffnodev1.LogsResponse>, () => log.cancel(), call);
  }

  private async stream<Request extends { start?: Start | undefined }, Response>(
    { subresource, request, response, open }: Streaming<Request, Response>,
    call: RequestCall,
  ): Promise<void> {
    const messages = readFrames(call.stream)[Symbol.asyncIterator]();
    const first = await messages.next();
    const { start } = first.done ? {} : decodeMessage(request, first.value);
    if (!start) throw badRequest(`the first message of ${subresource} must be its start`);
    const { pod, start: whole } = await this.begin(subresource, start, call);
    const node = await this.options.nodes.client(requireHost(pod));
    const there = open(node);
    const leave = (): void => there.cancel();
    // The start is all that the first message of either kind has.
    there.write({ start: whole } as Request);
    startResponse(call.stream);
    forwardAll(request, messages, there).catch(leave);
    await answerAll(response, there as AsyncIterable<Response>, leave, call);
  }

  /** Whose pod it is, once the caller may reach into it, and the start as the pod's node wants it. */
  private async begin(
    subresource: string,
    start: Start,
    call: RequestCall,
  ): Promise<{ pod: corev1.Pod; start: Start }> {
    const named = 'port' in start ? start : (start as skiffnodev1.ExecStart).container;
    const { podNamespace = '', podName = '' } = named ?? {};
    this.authorize(call, 'create', subresource, podNamespace, podName);
    const pod = await requirePod(this.options.reader, podNamespace, podName);
    if (subresource === 'portforward') return { pod, start: { ...start, ...reference(pod) } };
    requireRunning(pod);
    const { container } = start as skiffnodev1.ExecStart;
    const name = requireContainer(pod, container?.container ?? '');
    return { pod, start: { ...start, container: { ...reference(pod), container: name } } };
  }

  private authorize(
    { user, counted }: RequestCall,
    verb: string,
    subresource: string,
    namespace: string,
    name: string,
  ): void {
    const asked = { verb, version: 'v1', resource: 'pods', subresource, namespace, name } as const;
    counted.info = { ...asked, resourceRequest: true, group: '', rest: '' };
    counted.lasts();
    const attributes = {
      user,
      verb,
      resourceRequest: true,
      apiGroup: '',
      apiVersion: 'v1',
      resource: 'pods',
      subresource,
      namespace,
      name,
    } as const;
    const decision = this.options.authorizer.authorize(attributes);
    if (!decision.allowed) throw forbidden(attributes, decision.reason);
  }
}

function reference({ metadata }: corev1.Pod): { podNamespace: string; podName: string; podUid: string } {
  const { namespace = '', name = '', uid = '' } = metadata ?? {};
  return { podNamespace: namespace, podName: name, podUid: uid };
}

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
  { stream, signal }: GrpcCall,
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
