import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/** The Chromium that comes inside a registry package. It ends with its last page: keep one page a browser. */
export async function launchBrowser(): Promise<Browser> {
  // Nothing here needs WebGL, and drawing by it takes most of a small machine.
  chromium.setGraphicsMode = false
  const quiet = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, ...quiet, '--no-first-run'],
  })
}
