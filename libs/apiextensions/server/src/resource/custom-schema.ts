import type { ApiObject, ObjectSchema } from '@skiff/apimachinery';
import {
  compileListTypes,
  compileRuleValidator,
  compileValidator,
  noStructure,
  objectSchemaOf,
  structureOf,
  withDefaults,
  type Fields,
  type ListTypeValidator,
  type RuleValidator,
  type Schema,
  type Structure,
  type Validator,
} from '@skiff/apiextensions-schema';

const accept: Validator = () => undefined;

/** The schema of a version, with what is made of it: each when it is first needed, since most are never used. */
export class CustomSchema {
  private made: Structure | undefined;
  private validator: Validator | undefined;
  private statusValidator: Validator | undefined;
  private lists: { readonly check: ListTypeValidator | undefined } | undefined;
  private ruleValidator: { readonly check: RuleValidator | undefined } | undefined;
  private object: ObjectSchema | undefined;

  constructor(
    private readonly kind: { readonly group: string; readonly version: string; readonly kind: string },
    /** Absent where a definition of old has none: then everything is kept. */
    readonly schema: Schema | undefined,
    /** Paths of the fields that lists can be restricted by, besides name and namespace. */
    private readonly selectable: readonly string[] = [],
  ) {}

  get structure(): Structure {
    return (this.made ??= this.schema ? structureOf(this.schema) : { ...noStructure, preserves: true });
  }

  get validate(): Validator {
    return (this.validator ??= this.schema ? compileValidator(this.schema) : accept);
  }

  /** Holds a status to its part of the schema. */
  get validateStatus(): Validator {
    const status = this.schema?.properties?.['status'];
    return (this.statusValidator ??= status ? compileValidator(status) : accept);
  }

  get listTypes(): ListTypeValidator | undefined {
    return (this.lists ??= { check: this.schema && compileListTypes(this.schema) }).check;
  }

  /** Undefined for a schema without rules. */
  get rules(): RuleValidator | undefined {
    return (this.ruleValidator ??= { check: this.schema && compileRuleValidator(this.schema, true) }).check;
  }

  get objectSchema(): ObjectSchema {
    return (this.object ??= objectSchemaOf(this.schema, this.kind, this.selectable));
  }

  /** Fills an object with defaults; what is in its fields is copied before it changes. */
  defaults(object: ApiObject): void {
    const { structure } = this;
    if (!structure.hasDefaults) return;
    const before = object as unknown as Record<string, unknown>;
    const after = withDefaults(before, structure) as Fields;
    if (after === before) return;
    for (const name of Object.keys(after))
      if (after[name] !== before[name] && name !== 'metadata') before[name] = after[name];
  }
}
