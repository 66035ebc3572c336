/** Lists are read page by page. */

/**
 * Every page of a list, from the request's own page token on; the request stays as it is.
 *
 * ```ts
 * for await (const page of pages(client.decisions.listDecisions, { pageSize: 1000 })) {
 *   console.log(page.decisions.length);
 * }
 * ```
 */
export async function* pages<Request extends { pageToken?: string }, Page extends { nextPageToken: string }>(
  method: (request: Request) => Promise<Page>,
  request: Request,
): AsyncGenerator<Page> {
  let pageToken = request.pageToken ?? "";
  do {
    const page = await method({ ...request, pageToken });
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken);
}
