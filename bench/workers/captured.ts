/** What the stages need of the platform, captured before the harness takes it out of the global object. */
export const [Answer, clock] = [Response, performance];
