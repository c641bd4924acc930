import { SupportContact } from "@/components/shell/support";
import { Disclosure } from "@/components/ui/disclosure";
import { Sheet } from "@/components/ui/sheet";
import { REFUSED_WITHIN } from "@/lib/words/propagation";

/** The two most common questions, collapsed at first. */
export const Faq = () => (
  <Sheet className="mt-6 overflow-hidden">
    <Disclosure title="How can I view my secret key if I lost it?">
      <p>
        Nobody can show it again, not even Support. It is displayed only once, after the first activation or the start
        of a rotation, and this dashboard cannot read the copy that is kept.
      </p>
      <p>Deactivate its API key with the reason “Secret lost”, then generate a new API key and activate it.</p>
    </Disclosure>
    <Disclosure title="What should I do if someone else got access to my secret key?">
      <p>
        Deactivate its API key at once, with the reason “Secret compromised”. All gateways refuse it {REFUSED_WITHIN}.
        It is retired permanently.
      </p>
      <p>
        Then contact Support at <SupportContact />: tell them when you first suspected it and which requests look wrong.
        Your requests are accepted again once you activate a new API key.
      </p>
    </Disclosure>
  </Sheet>
);
