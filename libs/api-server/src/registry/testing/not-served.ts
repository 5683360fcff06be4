import { StatusError } from '@skiff/apimachinery';

/** Whether a request failed since its resource is served no longer. */
export const isNotServed = (error: unknown): boolean =>
  error instanceof StatusError &&
  error.code === 404 &&
  error.message === 'the server could not find the requested resource';
