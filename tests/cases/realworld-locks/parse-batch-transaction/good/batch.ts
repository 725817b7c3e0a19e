import type { DatabaseController } from './database';
import type { PromiseRouter, RestRequest } from './router';

export interface BatchRequest {
  body: { requests: RestRequest[]; transaction?: boolean };
  config: { database: DatabaseController };
}

// Returns a promise for a {response} object.
export function handleBatch(router: PromiseRouter, req: BatchRequest) {
  if (!Array.isArray(req.body.requests)) {
    throw new Error('requests must be an array');
  }

  let initialPromise: Promise<void> = Promise.resolve();
  if (req.body.transaction === true) {
    initialPromise = req.config.database.createTransactionalSession();
  }

  return initialPromise.then(() => {
    const promises = req.body.requests.map((restRequest) => {
      const request = {
        body: restRequest.body,
        config: req.config,
      };

      return router.tryRouteRequest(restRequest.method, restRequest.path, request).then(
        (response) => {
          return { success: response.response };
        },
        (error) => {
          return { error: { code: error.code, error: error.message } };
        }
      );
    });

    return Promise.all(promises).then((results) => {
      if (req.body.transaction === true) {
        if (results.find((result) => 'error' in result)) {
          return req.config.database.abortTransactionalSession().then(() => {
            return Promise.reject({ response: results });
          });
        } else {
          return req.config.database.commitTransactionalSession().then(() => {
            return { response: results };
          });
        }
      } else {
        return { response: results };
      }
    });
  });
}
