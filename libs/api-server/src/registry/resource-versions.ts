import {
  DecodeError,
  normalizeObject,
  schemaOf,
  StatusError,
  type ApiObject,
  type ObjectSchema,
  type Resource,
  type Versions,
} from '@skiff/apimachinery';
import { apiVersionOf } from '@skiff/contracts';
import { andThen, type Awaitable } from '../cache/awaitable';

type Values = Readonly<Record<string, unknown>>;

/** The versions in which a resource is served, by which its managers may name fields. */
export class ResourceVersions implements Versions {
  private readonly known: ReadonlyMap<string, Resource>;

  /** @param served of one resource, each in a version of its own. */
  constructor(served: readonly Resource[]) {
    this.known = new Map(served.map((one) => [apiVersionOf(one.kind), one]));
  }

  schemaOf(apiVersion: string): ObjectSchema | undefined {
    const found = this.known.get(apiVersion);
    return found && schemaOf(found.kind);
  }

  convert(object: Values, from: string, to: string): Awaitable<Values> {
    const source = this.require(from);
    const target = this.require(to);
    const stored = toStored(source, read(source, object));
    return andThen(stored, (form) => fromStored(target, form)) as Awaitable<ApiObject & Values>;
  }

  private require(apiVersion: string): Resource {
    const found = this.known.get(apiVersion);
    if (!found) throw new RangeError(`${apiVersion} is not served`);
    return found;
  }
}

const toStored = ({ storage }: Resource, object: ApiObject): Awaitable<ApiObject> =>
  storage ? storage.convert(object, storage.kinds[0]) : object;

const fromStored = ({ storage, kind }: Resource, stored: ApiObject): Awaitable<ApiObject> =>
  storage ? storage.convert(stored, kind) : stored;

/** What was applied is still as it was sent. */
function read({ kind }: Resource, object: Values): ApiObject {
  try {
    return normalizeObject<ApiObject>(schemaOf(kind), object, { unknownFields: [] });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new StatusError(500, '', `failed to convert new object: ${error.message}`, undefined, { cause: error });
  }
}
