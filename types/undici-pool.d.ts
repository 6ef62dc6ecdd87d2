/** undici's pool by itself: the package's own entry also loads fetch, caches, WebSocket and mocks, 9 MB and 90 ms. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici'
  export default Pool
}
