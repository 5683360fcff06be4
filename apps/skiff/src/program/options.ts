import { isIPv4 } from 'node:net';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { defaultName } from '../commands/context';

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (text.trim() === '' || !Number.isInteger(count) || count < least || count > most)
      throw new InvalidArgumentError(`a number from ${least} to ${most} is needed`);
    return count;
  };
}

/** Takes the address of a service as it is written. */
export function hostAndPort(text: string): string {
  if (!/^(\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):[1-9]\d{0,4}$/.test(text))
    throw new InvalidArgumentError('host:port is needed, such as 192.0.2.10:6443');
  return text;
}

/** Takes an IPv4 address. */
export function address(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError('an IPv4 address is needed');
  return text;
}

/** Takes where an API server is, for a kubeconfig. */
export function serverUrl(text: string): string {
  if (!/^https:\/\/[^\s/]/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('a URL such as https://127.0.0.1:6443 is needed');
  return text;
}

/** Reads names that are separated by commas. */
export function nameList(text: string): readonly string[] {
  const found = text.split(',').map((name) => name.trim());
  if (found.includes('')) throw new InvalidArgumentError('names separated by commas are needed');
  return found;
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Reads a duration such as 90s or 2m into milliseconds. */
export function duration(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('a duration such as 90s or 2m is needed');
  return Number(amount) * units[unit as keyof typeof units];
}

/** Adds the option that names a cluster. */
export const named = (command: Command): Command => command.option('--name <name>', 'name of the cluster', defaultName);

/** An option that may also come from an environment variable. */
export const fromEnvironment = (flags: string, description: string, variable: string): Option =>
  new Option(flags, description).env(`SKIFF_${variable}`);

/** For those whom a script reads. */
export const outputOption = <Form extends string>(forms: readonly Form[]): Option =>
  new Option('-o, --output <form>', 'how it is printed').choices(forms).default(forms[0]);
