import { unsupportedIn, type ApiObject } from '@skiff/apimachinery';
import { builtInResources } from '@skiff/resources';
import type { Kind } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { keyOf } from '../shared/keys';
import { unlessNotFound } from '../shared/not-found';
import { withCondition, type WithConditions } from './plan';

const noticed = builtInResources.filter(({ unsupported }) => unsupported.some(({ notice }) => notice !== undefined));
const resources = new Map(noticed.map((resource) => [resource.kind.message, resource]));

/**
 * Says of objects that the API takes and nothing acts upon that they have no effect: in a condition
 * of their status, or where they have none, once in an event. Their resources say what is meant.
 * Keys are the message of a kind and the key of an object.
 *
 * Retry: an API error with back-off.
 */
export class UnsupportedFeaturesController implements Controller {
  readonly workers = 1;
  /** Not every one of these resources has to be served. */
  readonly startsIncomplete = true;
  /** The uids of objects about which there was an event. */
  private readonly told = new Set<string>();

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    for (const { kind } of resources.values())
      this.base.caches.of(kind).subscribe({
        added: (object, trace) => queue.add(`${kind.message} ${keyOf(object)}`, trace),
        updated: (_old, object, trace) => queue.add(`${kind.message} ${keyOf(object)}`, trace),
        deleted: ({ metadata }) => this.told.delete(metadata?.uid ?? ''),
      });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const [message = '', name = ''] = key.split(' ');
    const resource = resources.get(message);
    const object = resource && this.base.caches.of(resource.kind).get(name);
    if (!object) return done;
    for (const { notice } of unsupportedIn(resource, object)) {
      if (!notice) continue;
      if ('event' in notice) this.tell(object, notice.event);
      else await this.write(resource.kind, object, notice.condition, signal);
    }
    return done;
  }

  private tell(object: ApiObject, { reason, message }: { readonly reason: string; readonly message: string }): void {
    const uid = object.metadata?.uid ?? '';
    if (this.told.has(uid)) return;
    this.told.add(uid);
    this.base.recorder.event(object, 'Warning', reason, message);
  }

  private async write(
    kind: Kind<ApiObject>,
    object: WithConditions,
    condition: { readonly type: string; readonly reason: string; readonly message: string },
    signal: AbortSignal,
  ): Promise<void> {
    const changed = withCondition(object, condition, formatTime(this.base.clock.now()));
    if (!changed) return;
    await unlessNotFound(this.base.client.update<ApiObject>(kind, changed, { subresource: 'status', signal }));
  }
}
