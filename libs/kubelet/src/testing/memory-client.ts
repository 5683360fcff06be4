import { randomUUID } from 'node:crypto';
import { Kinds, type corev1, type Kind, type metav1 } from '@skiff/contracts';
import type {
  ApiObject,
  Client,
  ListOptions,
  ListResult,
  ObjectKey,
  PatchType,
  WatchEvent,
  WriteOptions,
} from '@skiff/client';
import { formatTime, StatusError, systemClock } from '@skiff/platform';

type Change = { readonly kind: string; readonly event: Exclude<WatchEvent<ApiObject>, { type: 'BOOKMARK' }> };

/** As much of an API server as a kubelet's tests need: stores, watches, patches, ends pods gracefully. */
export class MemoryClient implements Client {
  private readonly objects = new Map<string, ApiObject>();
  private readonly changes: Change[] = [];
  private readonly waiting = new Set<() => void>();
  private version = 0;

  async get<T extends ApiObject>(kind: Kind<T>, key: ObjectKey): Promise<T> {
    return structuredClone(this.find(kind, key));
  }

  list<T extends ApiObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    const items = [...this.objects].flatMap(([key, object]) =>
      key.startsWith(`${kind.kind}/`) && matches(object, options) ? [object as T] : [],
    );
    return Promise.resolve({ items: structuredClone(items), metadata: { resourceVersion: String(this.version) } });
  }

  async *watch<T extends ApiObject>(kind: Kind<T>, options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    let at = Number(options.resourceVersion ?? 0);
    while (options.signal?.aborted !== true) {
      for (const change of this.changes.slice(at)) {
        at += 1;
        if (change.kind === kind.kind && matches(change.event.object, options)) {
          yield structuredClone(change.event) as WatchEvent<T>;
        }
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          options.signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.waiting.add(wake);
        options.signal?.addEventListener('abort', wake, { once: true });
      });
    }
  }

  create<T extends ApiObject, R extends ApiObject = T>(
    kind: Kind<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<R> {
    if (options.subresource === 'token') {
      const expirationTimestamp = formatTime(systemClock.now() + 3_600_000);
      return Promise.resolve({
        ...object,
        status: { token: `token-${randomUUID()}`, expirationTimestamp },
      } as unknown as R);
    }
    const key = keyOf(kind, object.metadata ?? {});
    if (this.objects.has(key)) return Promise.reject(new StatusError(409, 'AlreadyExists', `${key} already exists`));
    const metadata = {
      uid: randomUUID(),
      generation: 1,
      creationTimestamp: formatTime(systemClock.now()),
      ...object.metadata,
    };
    return Promise.resolve(this.put('ADDED', kind, { ...object, kind: kind.kind, metadata }) as unknown as R);
  }

  update<T extends ApiObject>(kind: Kind<T>, object: T): Promise<T> {
    return Promise.resolve(this.put('MODIFIED', kind, object));
  }

  patch<T extends ApiObject>(
    kind: Kind<T>,
    key: ObjectKey,
    _type: PatchType,
    patch: unknown,
    _options?: WriteOptions,
  ): Promise<T> {
    try {
      return Promise.resolve(this.put('MODIFIED', kind, merge(this.find(kind, key), patch) as T));
    } catch (error) {
      return Promise.reject(StatusError.from(error));
    }
  }

  async delete<T extends ApiObject>(kind: Kind<T>, key: ObjectKey, options: metav1.DeleteOptions = {}): Promise<void> {
    const object: ApiObject = this.find(kind, key);
    const grace = options.gracePeriodSeconds ?? (object as corev1.Pod).spec?.terminationGracePeriodSeconds ?? 30;
    if (kind.kind === Kinds.Pod.kind && grace > 0) {
      const metadata = {
        ...object.metadata,
        deletionTimestamp: formatTime(systemClock.now() + grace * 1000),
        deletionGracePeriodSeconds: grace,
      };
      this.put('MODIFIED', kind, { ...object, metadata } as T);
    } else {
      this.objects.delete(keyOf(kind, { ...key }));
      this.note('DELETED', kind, object);
    }
  }

  deleteCollection(): Promise<void> {
    return Promise.reject(new StatusError(405, 'MethodNotAllowed', 'not needed by a kubelet'));
  }

  bindPods(): Promise<metav1.Status[]> {
    return Promise.reject(new StatusError(405, 'MethodNotAllowed', 'not needed by a kubelet'));
  }

  private find<T extends ApiObject>(kind: Kind<T>, key: ObjectKey): T {
    const object = this.objects.get(keyOf(kind, { ...key }));
    if (object === undefined) throw new StatusError(404, 'NotFound', `${kind.plural} "${key.name}" not found`);
    return object as T;
  }

  private put<T extends ApiObject>(type: 'ADDED' | 'MODIFIED', kind: Kind<T>, object: T): T {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version + 1) } };
    this.objects.set(keyOf(kind, stored.metadata), stored);
    this.note(type, kind, stored);
    return structuredClone(stored);
  }

  private note(type: 'ADDED' | 'MODIFIED' | 'DELETED', kind: Kind<unknown>, object: ApiObject): void {
    this.version += 1;
    this.changes.push({ kind: kind.kind, event: { type, object, resourceVersion: String(this.version) } });
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

function keyOf(
  kind: Kind<unknown>,
  { namespace, name }: { namespace?: string | undefined; name?: string | undefined },
): string {
  return kind.namespaced ? `${kind.kind}/${namespace ?? ''}/${name ?? ''}` : `${kind.kind}/${name ?? ''}`;
}

function matches(object: ApiObject, { namespace, fieldSelector = '' }: ListOptions): boolean {
  if (namespace !== undefined && object.metadata?.namespace !== namespace) return false;
  return fieldSelector.split(',').every((term) => {
    const [path = '', value = ''] = term.split('=');
    if (path === '') return true;
    return (
      path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object) ===
      value
    );
  });
}

/** A merge patch, but that conditions are merged by their type. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as Record<string, unknown> | undefined) };
  for (const [name, value] of Object.entries(patch as Record<string, unknown>)) {
    if (value === null) delete result[name];
    else if (name === 'conditions') result[name] = mergeConditions(result[name], value);
    else result[name] = merge(result[name], value);
  }
  return result;
}

function mergeConditions(old: unknown, fresh: unknown): unknown {
  const list = (value: unknown): { type?: string }[] => (Array.isArray(value) ? (value as { type?: string }[]) : []);
  const names = new Set(list(fresh).map(({ type }) => type));
  return [...list(old).filter(({ type }) => !names.has(type)), ...list(fresh)];
}
