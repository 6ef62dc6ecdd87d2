import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright, type Request } from 'playwright-core'

const open = new Set<Browser>()
/** What the pages asked for in vain, the newest last. */
const vain: string[] = []
/** What was asked and is not answered yet, streams among them. */
const asked = new Set<Request>()

/**
 * The Chromium that comes inside a registry package. It ends with its last page: keep one page a browser. When a test
 * fails, what its pages show and what they asked for in vain is printed.
 */
export async function launchBrowser(): Promise<Browser> {
  // Nothing here needs WebGL, and drawing by it takes most of a small machine.
  chromium.setGraphicsMode = false
  const quiet = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, ...quiet, '--no-first-run'],
  })
  open.add(browser)
  browser.on('disconnected', () => open.delete(browser))
  const newContext = browser.newContext.bind(browser)
  browser.newContext = async (options) => {
    // A dialog that grows while it is clicked at takes a click in two places, which is none.
    const context = await newContext({ reducedMotion: 'reduce', ...options })
    context.on('request', (request) => asked.add(request))
    context.on('requestfinished', (request) => asked.delete(request))
    context.on('response', (response) => {
      if (response.status() >= 400) note(`${response.status()} ${response.request().method()} ${response.url()}`)
    })
    context.on('requestfailed', (request) => {
      asked.delete(request)
      note(`${request.failure()?.errorText} ${request.method()} ${request.url()}`)
    })
    return context
  }
  return browser
}

function note(line: string): void {
  vain.push(`${new Date().toISOString().slice(11, 23)} ${line}`)
  if (vain.length > 20) vain.shift()
}

async function tell(): Promise<void> {
  const pages = [...open].flatMap((browser) => browser.contexts().flatMap((context) => context.pages()))
  const shown = await Promise.all(pages.map(textOf))
  const waiting = [...asked].map((request) => `${request.method()} ${request.url()}`)
  process.stderr.write(
    `\n${shown.join('\n')}\nasked in vain:\n${vain.join('\n')}\nnot answered:\n${waiting.join('\n')}\n`,
  )
}

/** A page that does not answer must not hold up the failure's report. */
async function textOf(page: Page): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(resolve, 5000, '(does not answer)').unref())
  const text = page.evaluate<string>('document.body.innerText').catch(String)
  return `${page.url()}\n${(await Promise.race([text, late])).replace(/\n\s*\n/g, '\n').slice(0, 4000)}`
}

Object.assign(globalThis, { onTestFailure: tell })
