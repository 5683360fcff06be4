import type { Argument, Command, Option } from 'commander';

/** What there is to choose from where the command line does not say it: names of clusters, services, nodes. */
export type Lookup = (what: 'cluster' | 'service' | 'node', cluster: string | undefined) => readonly string[];

/** What an argument or the value of an option is, by its name. */
const lookedUp = { name: 'cluster', service: 'service', node: 'node' } as const;

/**
 * The words that may stand next on a command line, given those before it and the beginning of the next.
 * Empty where a file may stand: the shell knows those.
 */
export function complete(root: Command, words: readonly string[], lookup: Lookup): string[] {
  const [before, current] = [words.slice(0, -1), words.at(-1) ?? ''];
  const position = positionOf(root, before);
  return candidates(position, current, lookup).filter((word) => word.startsWith(current));
}

interface Position {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  /** How many arguments the command has been given. */
  readonly given: number;
  readonly cluster: string | undefined;
}

function positionOf(root: Command, words: readonly string[]): Position {
  let position: Position = { command: root, option: undefined, given: 0, cluster: undefined };
  for (const word of words) position = after(position, word);
  return position;
}

function after(position: Position, word: string): Position {
  const { command, option, given } = position;
  if (option !== undefined) {
    return { ...position, option: undefined, ...(option.attributeName() === 'name' && { cluster: word }) };
  }
  if (word.startsWith('-')) {
    const found = command.options.find((each) => each.long === word || each.short === word);
    return { ...position, option: found && takesValue(found) ? found : undefined };
  }
  const below = command.commands.find((each) => each.name() === word);
  return below && given === 0 ? { ...position, command: below } : { ...position, given: given + 1 };
}

const takesValue = (option: Option): boolean => option.required || option.optional;

function candidates({ command, option, given, cluster }: Position, current: string, lookup: Lookup): readonly string[] {
  if (option !== undefined) return option.argChoices ?? found(option.attributeName(), cluster, lookup);
  if (current.startsWith('-')) return command.options.flatMap(({ hidden, long }) => (hidden || !long ? [] : [long]));
  const commands = given === 0 ? command.createHelp().visibleCommands(command) : [];
  return [...commands.map((each) => each.name()), ...ofArgument(command.registeredArguments[given], cluster, lookup)];
}

function ofArgument(argument: Argument | undefined, cluster: string | undefined, lookup: Lookup): readonly string[] {
  return argument === undefined ? [] : (argument.argChoices ?? found(argument.name(), cluster, lookup));
}

function found(name: string, cluster: string | undefined, lookup: Lookup): readonly string[] {
  const what = Object.entries(lookedUp).find(([each]) => each === name)?.[1];
  return what === undefined ? [] : lookup(what, cluster);
}
