import type { FunctionDeclaration } from '../declare';
import { arithmetic } from './arithmetic';
import { comparisons } from './comparisons';
import { control, optionals } from './control';
import { conversions } from './conversions';
import { text } from './text';
import { time } from './time';

/** The functions and operators of the language itself, and of optionals. */
export const standardLibrary: readonly FunctionDeclaration[] = [
  ...arithmetic,
  ...comparisons,
  ...control,
  ...optionals,
  ...conversions,
  ...text,
  ...time,
];
