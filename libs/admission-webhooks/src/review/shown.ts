import { convertBetween, shapeOf, type Shape } from '@skiff/admission-rules';
import type { AdmissionRequest, AdmissionResources } from '@skiff/api-server/admission';
import { StatusError, type ApiObject, type GroupVersionKind, type Resource } from '@skiff/apimachinery';
import { writeJson } from '@skiff/contracts';
import type { Invocation } from '../matching/invocations';

/** A write in the version that a webhook wants, as JSON. */
export interface Shown {
  readonly kind: GroupVersionKind;
  readonly object: string;
  readonly oldObject: string;
}

/** Shows one write to webhooks, each version of it made once for all of them. */
export class Showing {
  private readonly made = new Map<Resource | undefined, Promise<Shown>>();

  constructor(
    private readonly request: AdmissionRequest,
    /** As it is by now. */
    private readonly object: ApiObject | undefined,
    private readonly resources: AdmissionResources,
  ) {}

  /** Throws InternalError for what cannot be converted. */
  to({ definition }: Invocation): Promise<Shown> {
    let shown = this.made.get(definition);
    if (!shown) this.made.set(definition, (shown = this.show(definition)));
    return shown;
  }

  /** The object that a webhook made of what it was shown, as the write has it. */
  async taken(object: ApiObject, { definition }: Invocation): Promise<ApiObject> {
    const own = this.own;
    if (!definition || !own || !this.isOther(definition)) return object;
    return internally(() => convertBetween(object, definition, own));
  }

  /** What the objects that a webhook is shown look like. */
  shapeFor({ definition }: Invocation): Shape | undefined {
    const of = definition ?? this.own;
    return of && shapeOf(of, this.request.subresource);
  }

  private get own(): Resource | undefined {
    return this.resources.find(this.request.resource);
  }

  private async show(definition: Resource | undefined): Promise<Shown> {
    const { oldObject, kind, subresource } = this.request;
    const [own, other] = [this.own, definition && this.isOther(definition) ? definition : undefined];
    const text = async (one: ApiObject | undefined): Promise<string> => {
      if (!one) return 'null';
      return writeJson(own && other ? await internally(() => convertBetween(one, own, other)) : one);
    };
    return {
      kind: other ? shapeOf(other, subresource).kind : kind,
      object: await text(this.object),
      oldObject: await text(oldObject),
    };
  }

  /** Whether a version shows another kind: what a view or an action takes is of one kind in all versions. */
  private isOther(definition: Resource): boolean {
    const { kind } = shapeOf(definition, this.request.subresource);
    const { group, version } = this.request.kind;
    return kind.group !== group || kind.version !== version;
  }
}

async function internally<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw StatusError.from(error);
  }
}
