// The client whose users are shown; kept while one looks at other pages.
class ChosenClient {
  id = $state<string | null>(null);
}

export const chosenClient = new ChosenClient();
