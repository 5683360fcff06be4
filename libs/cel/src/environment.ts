import { candidateNames, type Declared, type Names } from './checker/scope';
import { kubernetesLibrary, kubernetesTypes } from './library';
import type { FunctionDeclaration } from './library/declare';
import { standardLibrary } from './library/standard';
import { type ObjectType, type Type, typeOfType } from './types/type';
import { TypeValue } from './values/value';

export interface EnvironmentOptions {
  /** The variables that expressions may read, and their types. */
  readonly variables?: Readonly<Record<string, Type>>;
  /** The object types that expressions may make values of: `Object.spec{…}`. */
  readonly types?: (name: string) => ObjectType | undefined;
  /** What names are looked up in first, as in a package; none by default. */
  readonly container?: string;
  /**
   * Whether literals are left unchecked that no evaluation could take, and those of mixed types, which the language
   * allows and Kubernetes does not; false by default.
   */
  readonly anyLiterals?: boolean;
  /** More functions than those of the language and of Kubernetes. */
  readonly functions?: readonly FunctionDeclaration[];
}

/** What expressions are compiled against: what they may name. Making one is cheap, and it never changes. */
export class Environment implements Names {
  readonly container: string;
  readonly anyLiterals: boolean;
  private readonly variables: ReadonlyMap<string, Declared>;
  private readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  private readonly types: (name: string) => ObjectType | undefined;

  constructor(options: EnvironmentOptions = {}) {
    const { variables = {}, functions = [], container = '', types = () => undefined } = options;
    this.anyLiterals = options.anyLiterals ?? false;
    this.container = container;
    this.types = types;
    this.variables = new Map(Object.entries(variables).map(([name, type]) => [name, { name, type }]));
    this.functions = functions.length === 0 ? knownFunctions : merged([...allFunctions, ...functions]);
  }

  variable(name: string): Declared | undefined {
    const found = this.variables.get(name) ?? kubernetesTypeNames.get(name);
    if (found) return found;
    const type = this.types(name);
    return type && { name, type: typeOfType(type), constant: new TypeValue(type.name) };
  }

  type(name: string): ObjectType | undefined {
    return this.types(name);
  }

  function(name: string): FunctionDeclaration | undefined {
    return this.functions.get(name);
  }

  /** The types of the variables by their names: what an estimate of costs starts from. */
  typeOfVariable(name: string): Type | undefined {
    return candidateNames(this.container, name)
      .map((candidate) => this.variables.get(candidate)?.type)
      .find((type) => type !== undefined);
  }
}

const kubernetesTypeNames: ReadonlyMap<string, Declared> = new Map(
  kubernetesTypes.map((type) => [
    type.name,
    { name: type.name, type: typeOfType(type), constant: new TypeValue(type.name) },
  ]),
);

/** Functions of one name, from whichever library, are one. */
function merged(declarations: readonly FunctionDeclaration[]): ReadonlyMap<string, FunctionDeclaration> {
  const all = new Map<string, FunctionDeclaration>();
  for (const { name, overloads } of declarations)
    all.set(name, { name, overloads: [...(all.get(name)?.overloads ?? []), ...overloads] });
  return all;
}

const allFunctions = [...standardLibrary, ...kubernetesLibrary];
const knownFunctions = merged(allFunctions);
