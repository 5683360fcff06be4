import { skiffapiv1, type apidiscoveryv2, type Codec } from '@skiff/contracts';
import { GivenInput } from '../../request/given-input';
import type { Outcome } from '../../request/outcome';
import type { Request } from '../../request/request';
import { bindPods } from './bind-pods';
import {
  askedToCreate,
  askedToDelete,
  askedToDeleteCollection,
  askedToGet,
  askedToList,
  askedToPatch,
  askedToUpdate,
  askedToWatch,
  type Asked,
  type MessageOrigin,
} from './decode';
import { discover } from './discover';
import { deleteCollectionResponse, deleteResponse, getResponse, listResponse, objectResponse } from './encode';
import { decodeMessage, readMessage } from './frames';
import { mostRequestBytes } from '../../request/limits';
import { unread, type GrpcMethod } from './method';
import { unanswerable, userAgentOf, type RequestsOfCall } from './requests-of-call';
import { watchSink } from './watch-sink';
import { writeStream } from './write-stream';

type Encode = (outcome: Outcome, request: Request) => Uint8Array;

/** A method whose one message asks for one thing. */
const single = <Message>(
  method: string,
  codec: Codec<Message>,
  read: (message: Message, origin: MessageOrigin) => Asked,
  encode: Encode,
): GrpcMethod => ({
  method,
  lasts: false,
  info: unread,
  begin: (stream) => ({
    read: async (request) => learn(request, read, codec, await readMessage(stream, mostRequestBytes)),
    answer: encode,
  }),
});

function learn<Message>(
  request: Request,
  read: (message: Message, origin: MessageOrigin) => Asked,
  codec: Codec<Message>,
  bytes: Buffer,
): void {
  const message = decodeMessage(codec, bytes);
  const { info, given, dryRun } = read(message, { userAgent: userAgentOf(request), bytes: bytes.length });
  request.info = info;
  request.input = new GivenInput(given);
  request.dryRun = dryRun;
}

const watch: GrpcMethod = {
  method: 'GET',
  lasts: true,
  info: unread,
  begin: (stream) => ({
    read: async (request) =>
      learn(request, askedToWatch, skiffapiv1.WatchRequest, await readMessage(stream, mostRequestBytes)),
    answer: async (outcome, { signal }) => {
      if (outcome.type !== 'watch') throw unanswerable(outcome);
      await outcome.run(watchSink(stream), signal);
      return undefined;
    },
  }),
};

const objectOf = (outcome: Outcome): (Outcome & { type: 'object' })['object'] => {
  if (outcome.type !== 'object') throw unanswerable(outcome);
  return outcome.object;
};

const encodeWritten: Encode = (outcome, { warnings }) => objectResponse(objectOf(outcome), warnings.texts);

const encodeList: Encode = (outcome) => {
  if (outcome.type !== 'list') throw unanswerable(outcome);
  return listResponse(outcome.page);
};

const encodeDeleted: Encode = (outcome) => {
  if (outcome.type === 'object' || outcome.type === 'status') return deleteResponse(outcome);
  throw unanswerable(outcome);
};

/** skiff.api.v1.ResourceService: what REST does, on typed messages. */
export const resourceMethods = (
  requests: RequestsOfCall,
  groups: () => apidiscoveryv2.APIGroupDiscovery[],
): Readonly<Record<string, GrpcMethod>> => ({
  Get: single('GET', skiffapiv1.GetRequest, askedToGet, (outcome) => getResponse(objectOf(outcome))),
  List: single('GET', skiffapiv1.ListRequest, askedToList, encodeList),
  Watch: watch,
  Create: single('POST', skiffapiv1.CreateRequest, askedToCreate, encodeWritten),
  Update: single('PUT', skiffapiv1.UpdateRequest, askedToUpdate, encodeWritten),
  Patch: single('PATCH', skiffapiv1.PatchRequest, askedToPatch, encodeWritten),
  Delete: single('DELETE', skiffapiv1.DeleteRequest, askedToDelete, encodeDeleted),
  DeleteCollection: single(
    'DELETE',
    skiffapiv1.DeleteCollectionRequest,
    askedToDeleteCollection,
    deleteCollectionResponse,
  ),
  BindPods: bindPods(requests),
  Discover: discover(requests, groups),
  Write: writeStream(requests),
});
