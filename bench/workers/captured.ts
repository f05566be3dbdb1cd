/** What the harness takes out of the global object when it is evaluated; to be imported before it. */
export const Answer = Response;
