// Package chromium runs our pages in a real browser, Debian's Chromium, for the tests of other rooms. The browser is started once in each test
// run, by the first test that plays something, and ends with the process.
//
// What is done in the browser is a program in node/, upon playwright-core: node/kit.mjs says how such a program begins, and what it holds
// every page against (no error in the console, nothing against its policy, no request to another server). A test in Go plays it, and the
// two speak in lines of JSON: the test tells what the server did meanwhile, the program says what is on the screen. Pictures that a program
// takes lie in bin/screens, by the name of the test.
//
// Whoever plays has no mouse (node/hands.mjs): what a program clicks, fills, checks or selects is reached by the Tab key and then pressed, typed or
// chosen by the arrows; where the Tab key does not lead, or where nobody sees that the focus is, the story stops (decision 0153). A program goes
// to a screen as a person does, by the links that stand there: open of node/companion.mjs. What is
// drawn and what is pressed is noted (node/pressed.mjs): a control that no story presses fails the room of the stories, or stands in controls.txt with why (decision 0162).
//
// node/screens.mjs opens every screen of the companion and the board, those too that somebody adds: an app registers its screens in its screens.js,
// and what stands behind them is found by their links. node/accessible.mjs holds each against what everybody needs (TestEveryScreenIsOpenToEverybody),
// node/corpus.mjs against texts that were written to break out (TestWhateverIsWrittenIsShownAsTextOnEveryScreen), node/budget.mjs weighs the companion.
//
// Service is the push service that such a test has, for a browser's maker's cannot be reached: what it decrypted is handed to the browser by
// the DevTools protocol.
//
// The browser has no way out of this machine: no name resolves but those of the loopback.
package chromium
