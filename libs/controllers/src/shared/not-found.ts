import { hasReason } from '@skiff/apimachinery';

/** What the API server answers, or undefined when there is no such object (any more). */
export async function unlessNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined;
    throw error;
  }
}
