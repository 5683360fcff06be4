import type { HandleInProcess, InProcessRequest, Outcome, WatchSink } from '@skiff/api-server';
import { StatusError } from '@skiff/apimachinery';
import type { Result, Step, Transport } from './step';

const admin: InProcessRequest['user'] = {
  name: 'admin',
  uid: '',
  groups: ['system:masters', 'system:authenticated'],
  extra: {},
};
const nobody: InProcessRequest['user'] = { name: 'nobody', uid: '', groups: ['system:authenticated'], extra: {} };

/** Sends steps straight into the server. */
export const fromWithin =
  (handle: HandleInProcess): Transport =>
  async (step) => {
    const events: Result[] = [];
    try {
      return resultOf(await handle(requestOf(step, collecting(events))), events);
    } catch (error) {
      return StatusError.from(error).toStatus();
    }
  };

function requestOf(step: Step, sink: WatchSink): InProcessRequest {
  const {
    verb,
    resource = 'configmaps',
    name,
    subresource,
    object,
    patch,
    list,
    dryRun,
    fieldManager = 'tester',
  } = step;
  const dry = dryRun === undefined ? [] : [dryRun];
  return {
    user: step.as === 'nobody' ? nobody : admin,
    verb,
    group: '',
    version: 'v1',
    resource,
    namespace: 'default',
    name,
    subresource,
    object,
    list,
    sink,
    write: { dryRun: verb === 'delete' ? [] : dry, fieldManager },
    ...(patch === undefined ? {} : { patch: { kind: 'merge', body: Buffer.from(patch) } }),
    ...(verb === 'delete' ? { deleteOptions: { dryRun: dry } } : {}),
  };
}

const collecting = (events: Result[]): WatchSink => ({
  open: () => undefined,
  send: (item) => void events.push({ type: item.type, object: 'object' in item ? item.object.object : undefined }),
  backlog: () => 0,
  drained: () => Promise.resolve(),
  end: () => undefined,
  abort: () => undefined,
});

function resultOf(outcome: Outcome, events: readonly Result[]): Result {
  switch (outcome.type) {
    case 'object':
      return outcome.object.object;
    case 'status':
      return outcome.status;
    case 'list': {
      const items = outcome.page.items.map(({ object: { kind: _, apiVersion: __, ...rest } }) => rest);
      const metadata = { resourceVersion: String(outcome.page.resourceVersion) };
      return { kind: `${outcome.definition.kind.kind}List`, apiVersion: 'v1', metadata, items };
    }
    case 'watch':
      return events;
    default:
      throw new TypeError(`nothing from within is answered by ${outcome.type}`);
  }
}
