import { App, ConfigProvider, type ThemeConfig, theme } from 'antd'
import { BrowserRouter } from 'react-router'
import { nonce } from './nonce.js'
import { Pages } from './pages.js'
import { ErrorBoundary } from './shell/error-boundary.js'
import { LookContext } from './shell/look.js'
import { useLook, useStill } from './state/theme.js'
import { Language } from './words/use-words.js'

/** Dark enough for white text on it (WCAG AA), unlike WeChat’s own green. */
const GREEN = '#0a7d4b'

/** The whole console: language, look, errors and pages. */
export function Console() {
  const look = useLook()
  const still = useStill()
  return (
    <Language>
      {(locale) => (
        <ConfigProvider
          locale={locale}
          theme={themeOf(look.dark, still)}
          button={{ autoInsertSpace: false }}
          {...(nonce && { csp: { nonce } })}
        >
          <App className="app">
            <LookContext value={look}>
              <ErrorBoundary>
                <BrowserRouter basename="/console">
                  <Pages />
                </BrowserRouter>
              </ErrorBoundary>
            </LookContext>
          </App>
        </ConfigProvider>
      )}
    </Language>
  )
}

function themeOf(dark: boolean, still: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: dark ? '#1aa567' : GREEN,
      colorLink: dark ? '#4cc38a' : GREEN,
      borderRadius: 8,
      motion: !still,
      fontFamily: 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    },
    components: {
      Menu: { itemHeight: 36, itemSelectedBg: dark ? '#1aa56726' : '#0a7d4b1a' },
      Layout: { siderBg: 'transparent', headerBg: 'transparent', bodyBg: 'transparent' },
    },
  }
}
