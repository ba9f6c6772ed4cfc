// Before anything that asks for the language.
import "./kit/locale-name";
import { mount } from "svelte";
import App from "./App.svelte";
import { start } from "./api/events.svelte";
import "./style/tokens.css";
import "./style/base.css";
import "./style/controls.css";

start();
const target = document.getElementById("app");
if (target) mount(App, { target });
