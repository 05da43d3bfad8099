/* Everything the portal does in the browser, driven by data attributes; one behavior in each module. */
import './autosave.js'
import './dialogs.js'
import './drafts.js'
import './focus.js'
import './matrix.js'
import './menus.js'
import './page.js'
import './passkey.js'
import './progress.js'
import './quiz.js'
import './scrollers.js'
import './send.js'
import './signin.js'
import './signout.js'
import './trouble.js'
import './upload.js'

document.documentElement.classList.add('scripted')
