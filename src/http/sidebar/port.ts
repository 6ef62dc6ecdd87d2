/** Who asks. */
export interface SidebarVisitor {
  account: string
  staff: string
  role: 'service' | 'supervisor'
}

/** A session as the routes need it. */
export interface SidebarSession extends SidebarVisitor {
  csrf: string
  expiresAt: Date
}

interface Change {
  add: string[]
  remove: string[]
}

/** What the side bar's pages and its API ask; `createSidebar` is it. Answers go to the page as JSON, as they are. */
export interface SidebarPort {
  logins: {
    begin(account: string): { address: string; state: string }
    finish(back: {
      account: string
      state: string
      code: string
      begun: readonly string[]
    }): Promise<
      | { outcome: 'in'; token: string; lastsMs: number }
      | { outcome: 'refused'; reason: 'state' | 'code' | 'outsider' | 'unknown-corp' }
      | { outcome: 'later' }
    >
  }
  session(token: string): Promise<SidebarSession | undefined>
  logOut(token: string): Promise<void>
  corpOf(asked: string | undefined): string
  about(visitor: SidebarVisitor): Promise<object>
  sign(visitor: SidebarVisitor, kind: 'corp' | 'app', url: string): Promise<unknown>
  customer(visitor: SidebarVisitor, customer: string): Promise<unknown>
  tag(visitor: SidebarVisitor, customer: string, change: Change): Promise<unknown>
  orders(visitor: SidebarVisitor, customer: string): Promise<unknown>
  meter(visitor: SidebarVisitor, customer: string): Promise<unknown>
  timeline(visitor: SidebarVisitor, customer: string, before?: Date): Promise<unknown>
  talks(visitor: SidebarVisitor, customer: string): Promise<unknown>
  lines(visitor: SidebarVisitor, customer: string, talk: string, before?: number): Promise<unknown>
  act(
    visitor: SidebarVisitor,
    customer: string,
    talk: string,
    act:
      | { act: 'take' }
      | { act: 'close' }
      | { act: 'transfer'; to: string }
      | { act: 'note'; text: string; key: string }
      | { act: 'amend'; entry: string; text: string }
      | { act: 'settle'; entry: string; choice: 'again' | 'sent' },
  ): Promise<unknown>
  colleagues(): Promise<unknown>
  canned(visitor: SidebarVisitor, query: string, customer?: string): Promise<unknown>
  putCanned(
    visitor: SidebarVisitor,
    given: { slug?: string | undefined; version: number; group: string; title: string; text: string; key: string },
  ): Promise<unknown>
  materials(visitor: SidebarVisitor, query: string, group?: string): Promise<unknown>
  sent(
    visitor: SidebarVisitor,
    sent: {
      to: { customer: string } | { group: string }
      kind: 'canned' | 'article' | 'card'
      name: string
      title: string
      key: string
    },
  ): Promise<void>
  group(visitor: SidebarVisitor, chatId: string): Promise<unknown>
  members(visitor: SidebarVisitor, chatId: string, after?: string): Promise<unknown>
  label(visitor: SidebarVisitor, chatId: string, change: Change): Promise<unknown>
}

/** Where the side bar is, and who may show it. */
export interface SidebarOptions {
  /** Its address is `<publicUrl>/sidebar`; the trusted domain (可信域名) of the app. */
  publicUrl: string
  /** Address of the JS-SDK's UMD build. */
  sdkUrl: string
  /** Origins besides WeCom's own whose pages may show it in a frame (the simulator's phones). */
  allowFrames?: string
  /** Origins besides https whose pictures it may show (the simulator's codes). */
  pictures?: string
  /** Folder of the page's files: `src/http/sidebar/page` of the package. */
  pageDir: string
}
