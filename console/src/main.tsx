import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { readSession } from './api/browser.js'
import { Console } from './console.js'
import { nonceStyles } from './nonce.js'
import './console.css'

const root = document.getElementById('root')
if (root) {
  nonceStyles()
  void readSession()
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  )
}
