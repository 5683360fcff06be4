export { admissionWebhooks } from './create-webhooks';
