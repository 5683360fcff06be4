import {
  humanDuration,
  nameColumn,
  nameOf,
  type ApiObject,
  type ColumnDefinition,
  type Table,
} from '@skiff/apimachinery';
import { isNumber, writeJson, type apiextensionsv1 } from '@skiff/contracts';
import { compileJsonPath, type JsonPath } from '../json-path/json-path';

type Column = apiextensionsv1.CustomResourceColumnDefinition;

/** What is shown of objects whose definition says nothing of it. */
const defaultColumns: readonly Column[] = [
  {
    name: 'Age',
    type: 'date',
    description: 'Time since the object was created.',
    jsonPath: '.metadata.creationTimestamp',
  },
];

/**
 * What kubectl prints of the objects of a version.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor.
 */
export function tableOf({ additionalPrinterColumns }: apiextensionsv1.CustomResourceDefinitionVersion): Table {
  const columns = additionalPrinterColumns?.length ? additionalPrinterColumns : defaultColumns;
  const finders = columns.map(({ jsonPath = '', type = '' }) => cellFinder(jsonPath, type));
  return {
    columns: [nameColumn, ...columns.map(definitionOf)],
    cells: (object, now) => [nameOf(object as ApiObject), ...finders.map((find) => find(object, now))],
  };
}

const definitionOf = ({
  name = '',
  type = '',
  format = '',
  description,
  priority,
  jsonPath,
}: Column): ColumnDefinition => ({
  name,
  type,
  format,
  description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
  priority: priority ?? 0,
});

type CellFinder = (object: unknown, now: number) => unknown;

/** Compiled when a table is first asked for. */
function cellFinder(path: string, type: string): CellFinder {
  let find: JsonPath | undefined;
  return (object, now) => {
    find ??= compileOrNothing(path);
    const [value] = find(object);
    return value === undefined || value === null ? null : cellOf(value, type, now);
  };
}

/** Definitions of old may have paths that are none. */
function compileOrNothing(path: string): JsonPath {
  try {
    return compileJsonPath(path);
  } catch (error) {
    if (error instanceof SyntaxError) return () => [];
    throw error;
  }
}

/** The value as its column shows it; null for one of another type. */
function cellOf(value: unknown, type: string, now: number): unknown {
  switch (type) {
    case 'integer':
      return isNumber(value) ? integerOf(value) : null;
    case 'number':
      return isNumber(value) ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageOf(value, now) : null;
    default:
      return typeof value === 'object' ? writeJson(value) : String(value as string | number | boolean);
  }
}

/** What is behind the point is left out. */
const integerOf = (value: number): unknown => (typeof value === 'number' ? Math.trunc(value) : value);

function ageOf(text: string, now: number): string {
  const time = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? '<invalid>' : humanDuration(now - time);
}
