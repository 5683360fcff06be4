import type { ApiObject } from '@skiff/apimachinery';

/** The name of the newest object that an annotation marks as the default; of two of one age, the first by name. */
export function newestDefault(objects: readonly ApiObject[], marker: string): string | undefined {
  const [newest] = objects
    .filter(({ metadata }) => metadata?.annotations?.[marker] === 'true')
    .map(({ metadata }) => ({ name: metadata?.name ?? '', created: metadata?.creationTimestamp ?? '' }))
    .sort((one, other) =>
      one.created === other.created ? (one.name < other.name ? -1 : 1) : one.created < other.created ? 1 : -1,
    );
  return newest?.name;
}
